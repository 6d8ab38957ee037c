import type { CDPSession } from '@playwright/test'

/** One task of the page's thread, milliseconds: by the clock, and what of it the thread was really working. */
export type Task = { wall: number; processor: number }

type TraceEvent = {
  name: string
  ph: string
  pid: number
  tid: number
  /** microseconds */
  dur?: number
  tdur?: number
  args: { name?: string }
}

const longTask = 50

/**
 * Records tasks of the page's thread that take 50 ms or more by the clock. A model that draws on every core makes a
 * short task long by letting it wait in the middle, which is not the page's doing: so both times are told.
 */
export async function traceTasks(session: CDPSession): Promise<() => Promise<Task[]>> {
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] },
  })
  return async () => {
    const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
    await session.send('Tracing.end')
    await complete
    const place = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
    const pages = new Set(
      events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(place),
    )
    return events
      .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && pages.has(place(event)))
      .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, processor: tdur / 1000 }))
      .filter(({ wall }) => wall >= longTask)
  }
}
