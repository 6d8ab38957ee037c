import type { CDPSession, Page } from '@playwright/test'

/** Runs inside the page: long tasks are collected from the beginning on. */
export const collectLongTasks = () => {
  const probe = globalThis as unknown as { longTasks: number[] }
  probe.longTasks = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) probe.longTasks.push(entry.duration)
  }).observe({ type: 'longtask', buffered: true })
}

type Firsts = { paintedAt?: number; typedAt?: number }

/**
 * Runs inside the page: when its prompt was there, and when a letter that was typed at once was on the screen. Asked
 * from outside, both would be later by as long as the asking takes.
 */
export const typeAtOnce = () => {
  const firsts = globalThis as unknown as Firsts
  const now = () => performance.timeOrigin + performance.now()
  const look = () => {
    const prompt = document.querySelector<HTMLTextAreaElement>('#prompt')
    if (prompt === null) {
      requestAnimationFrame(look)
      return
    }
    firsts.paintedAt = now()
    prompt.focus()
    document.execCommand('insertText', false, 'x')
    requestAnimationFrame(seen)
  }
  const seen = () => {
    const typed = document.querySelector<HTMLTextAreaElement>('#prompt')?.value.endsWith('x') === true
    if (typed) requestAnimationFrame(() => (firsts.typedAt = now()))
    else requestAnimationFrame(seen)
  }
  requestAnimationFrame(look)
}

/** Milliseconds since 1970, as the page's and the bench's clocks both count. */
export async function firstsOf(page: Page): Promise<{ painted: number; typed: number }> {
  await page.waitForFunction(() => (globalThis as unknown as Firsts).typedAt !== undefined)
  return page.evaluate(() => {
    const { paintedAt = 0, typedAt = 0 } = globalThis as unknown as Firsts
    return { painted: paintedAt, typed: typedAt }
  })
}

/** Milliseconds of the tasks over 50 ms since the last call. */
export const takeLongTasks = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const probe = globalThis as unknown as { longTasks: number[] }
    const taken = probe.longTasks
    probe.longTasks = []
    return taken
  })

export type Frames = {
  /** milliseconds from one frame to the next */
  times: number[]
  /** tiles in view, and of them those whose picture was not there yet, over all frames */
  tiles: number
  blank: number
  scrolled: number
}

/** Scrolls the gallery by `pixels` in every frame for `milliseconds`, and looks at every frame. */
export const scrollGallery = (page: Page, pixels: number, milliseconds: number): Promise<Frames> =>
  page.evaluate(
    async ([step, limit]) => {
      const scroller = document.querySelector('.grid-scroller')
      if (!scroller) throw new Error('no gallery')
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
      const found = { times: [] as number[], tiles: 0, blank: 0, scrolled: 0 }
      const began = await frame()
      const from = scroller.scrollTop
      for (let last = began; last - began < limit;) {
        scroller.scrollTop += step
        const now = await frame()
        found.times.push(now - last)
        last = now
        // Every tenth frame, so that looking costs little.
        if (found.times.length % 10 !== 0) continue
        const edge = scroller.getBoundingClientRect()
        for (const tile of scroller.querySelectorAll('.tile')) {
          const box = tile.getBoundingClientRect()
          if (box.bottom < edge.top || box.top > edge.bottom) continue
          found.tiles += 1
          const picture = tile.querySelector('img')
          if (!picture?.complete || picture.naturalWidth === 0) found.blank += 1
        }
      }
      found.scrolled = scroller.scrollTop - from
      return found
    },
    [pixels, milliseconds] as const,
  )

/** Seconds that the page's main thread has spent so far: in scripts, and in styles and layout. */
export async function workOf(session: CDPSession): Promise<{ script: number; layout: number }> {
  const { metrics } = await session.send('Performance.getMetrics')
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
  return { script: value('ScriptDuration'), layout: value('LayoutDuration') + value('RecalcStyleDuration') }
}

/** Bytes of the page's own heap and elements in its document, after everything that can go has gone. */
export async function heapOf(session: CDPSession): Promise<{ heap: number; nodes: number }> {
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
  return { heap: value('JSHeapUsedSize'), nodes: value('Nodes') }
}
