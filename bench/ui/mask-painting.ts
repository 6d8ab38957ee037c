import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import sharp from 'sharp'
import { ensureBuilt } from '../../scripts/build.mjs'
import { median, quantile } from './figures.ts'
import { costsBetween, costsUntilNow } from './page-costs.ts'
import { goTo, openStudio } from './studio-window.ts'

/**
 * `node bench/ui/mask-painting.ts [side]`: frames while a mask is painted on a square picture of `side` pixels (2048:
 * four megapixels) in the real Edit screen, what of a frame is the page's own work, and the same for a page in which
 * nothing moves but a small square: the most that this browser draws here. Wanted: 60 frames a second.
 */
const side = Number(process.argv[2] ?? 2048)
const milliseconds = 4000

const data = mkdtempSync(path.join(os.tmpdir(), 'sanggar-painting-'))
await ensureBuilt(process.execPath)
const window = await openStudio(data)
const { page } = window
await goTo(page, 'Edit')
const buffer = await sharp({
  create: {
    width: side,
    height: side,
    channels: 3,
    background: '#888888',
    noise: { type: 'gaussian', mean: 128, sigma: 40 },
  },
})
  .png({ compressionLevel: 1 })
  .toBuffer()
const chooser = page.waitForEvent('filechooser')
await page.getByRole('button', { name: 'Choose a picture' }).click()
await (await chooser).setFiles({ name: 'large.png', mimeType: 'image/png', buffer })
await page.locator('.choice-option', { hasText: 'Paint a part' }).click({ timeout: 60_000 })
const box = await page.locator('.mask-canvas').boundingBox()
if (box === null) throw new Error('no canvas to paint on')
await page.waitForTimeout(1500)
const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
await page.mouse.move(middle.x, middle.y)

const session = await page.context().newCDPSession(page)
await session.send('Performance.enable')
const floor = await page.evaluate(async (limit) => {
  const square = document.createElement('div')
  square.style.cssText =
    'position:fixed;top:8px;left:50%;width:16px;height:16px;background:red;will-change:transform'
  document.body.append(square)
  const spans: number[] = []
  const began = performance.now()
  let last = began
  await new Promise<void>((resolve) => {
    const frame = (now: number) => {
      spans.push(now - last)
      last = now
      square.style.transform = `translateX(${Math.sin(now / 200) * 40}px)`
      if (now - began < limit) requestAnimationFrame(frame)
      else resolve()
    }
    requestAnimationFrame(frame)
  })
  square.remove()
  return spans.slice(2)
}, milliseconds / 2)
const costsBefore = await costsUntilNow(session)

/** The page's own pointer events, one per frame as the browser sends them, and the time of each frame. */
const times = await page.evaluate(
  async ({ x, y, reach, painting }) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.mask-canvas')
    if (!canvas) return []
    canvas.setPointerCapture = () => undefined
    const send = (type: string, left: number, top: number) =>
      canvas.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          clientX: left,
          clientY: top,
          button: 0,
          buttons: 1,
          pointerId: 1,
        }),
      )
    send('pointerdown', x, y)
    const spans: number[] = []
    const began = performance.now()
    let last = began
    await new Promise<void>((resolve) => {
      const frame = (now: number) => {
        spans.push(now - last)
        last = now
        const angle = (now - began) / 120
        const radius = reach * (0.3 + 0.7 * Math.abs(Math.sin((now - began) / 900)))
        for (const part of [0, 0.01, 0.02])
          send('pointermove', x + Math.cos(angle + part) * radius, y + Math.sin(angle + part) * radius)
        if (now - began < painting) requestAnimationFrame(frame)
        else resolve()
      }
      requestAnimationFrame(frame)
    })
    send('pointerup', x, y)
    return spans.slice(2)
  },
  { ...middle, reach: box.width * 0.4, painting: milliseconds },
)
const costs = costsBetween(costsBefore, await costsUntilNow(session))
await window.close()
rmSync(data, { recursive: true, force: true })
const mean = times.reduce((sum, time) => sum + time, 0) / times.length
const round = (value: number) => Math.round(value * 10) / 10
process.stdout.write(
  `${JSON.stringify({
    megapixels: round((side * side) / 1e6),
    frames: times.length,
    framesPerSecond: round(1000 / mean),
    medianMilliseconds: round(median(times)),
    percentile95: round(quantile(times, 0.95)),
    slowest: round(Math.max(...times)),
    perFrame: {
      script: round(costs.script / times.length),
      styleAndLayout: round(costs.styleAndLayout / times.length),
      allOfThePage: round(costs.task / times.length),
    },
    oneSmallSquare: {
      framesPerSecond: round(1000 / (floor.reduce((sum, time) => sum + time, 0) / floor.length)),
      medianMilliseconds: round(median(floor)),
    },
    load: round(os.loadavg()[0] ?? 0),
  })}\n`,
)
