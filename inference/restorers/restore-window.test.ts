import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pixels } from '../images/pixels.ts'
import { crop } from '../images/placement.ts'
import { createGenerator } from '../random.ts'
import { openRestorer, type RestorerGraphs } from './open-restorer.ts'
import { type Found, restore, type RestoreWishes } from './restore.ts'
import { restoreWindow } from './restore-window.ts'

const shipped = join(import.meta.dirname, '..', '..', 'models', 'restore')
let graphs: RestorerGraphs
beforeAll(async () => {
  graphs = await openRestorer(shipped, { executionProvider: 'cpu', threads: 1 })
})
afterAll(() => graphs.release())

const [width, height] = [300, 220]
const window = { left: 190, top: 20, width: 96, height: 64 }
const nobody = () => Promise.resolve()
const automatic = { noise: 'auto', jpeg: 'auto', colour: 'auto', strength: 1 } as const

/** Stripes, a disc, and bars of black and white, so that nothing in it looks faded. */
function scene(change: (value: number, at: number) => number = (value) => value): Pixels {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        const disc = Math.hypot(x - 230, y - 50) < 30
        const stripes = disc ? 230 - 60 * c : 40 + 160 * Math.abs(Math.sin((x + 2 * y) / 40)) + 10 * c
        const value = x < 12 ? 0 : x < 24 ? 255 : stripes
        const at = (y * width + x) * 3 + c
        data[at] = Math.min(255, Math.max(0, Math.round(change(value, at))))
      }
  return { width, height, channels: 3, data }
}

async function jpegOf({ data }: Pixels, quality: number): Promise<Pixels> {
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
  return { width, height, channels: 3, data: new Uint8Array(await sharp(jpeg).raw().toBuffer()) }
}

/** The part as it comes out of the whole and as it comes by itself, and what each found. */
async function both(source: Pixels, wishes: RestoreWishes = automatic) {
  const whole = await restore(graphs, source, wishes, nobody)
  const part = await restoreWindow(graphs, source, wishes, window, nobody)
  const wanted = crop(whole.pixels, window).data
  expect(part.pixels).toMatchObject({ width: window.width, height: window.height })
  const apart = part.pixels.data.map((value, at) => Math.abs(value - (wanted[at] as number)))
  const changed = crop(source, window).data.filter((value, at) => value !== wanted[at]).length
  return { most: Math.max(...apart), changed, found: [whole.found, part.found] as [Found, Found] }
}

describe('a part by itself is what it is in the whole', () => {
  test('noise, whose level is that of the whole picture', async () => {
    const noise = createGenerator('7').randn(width * height * 3)
    const { most, changed, found } = await both(scene((value, at) => value + 14 * (noise[at] as number)))
    expect(found[1]).toEqual(found[0])
    expect(found[0].noise).toBeGreaterThan(10)
    expect(changed).toBeGreaterThan(5000)
    expect(most).toBeLessThanOrEqual(1)
  })

  test('JPEG traces, whose grid is that of the whole picture', async () => {
    const { most, changed, found } = await both(await jpegOf(scene(), 20))
    expect(found[1].jpeg).toBe(found[0].jpeg)
    expect(changed).toBeGreaterThan(1000)
    expect(most).toBeLessThanOrEqual(1)
  })

  test('fading, whose ends are those of the whole picture', async () => {
    const tinted = scene((value, at) => 75 + value * 0.4 + (at % 3 === 0 ? 18 : 0))
    const { most, changed, found } = await both(tinted, { ...automatic, noise: 'off', jpeg: 'off' })
    expect(found).toEqual([{ faded: true }, { faded: true }])
    expect(changed).toBeGreaterThan(15_000)
    expect(most).toBe(0)
  })

  test('nothing to do, and half the way', async () => {
    const clean = scene()
    const { most, found } = await both(clean)
    expect([most, found[1].jpeg]).toEqual([0, undefined])
    expect((await both(clean, { ...automatic, noise: 'on', strength: 0.5 })).most).toBeLessThanOrEqual(1)
  })
})

test('a part at the border, and one that is the whole picture', async () => {
  const source = scene()
  for (const place of [
    { left: 0, top: 0, width, height },
    { left: width - 40, top: height - 30, width: 40, height: 30 },
  ]) {
    const { pixels } = await restoreWindow(graphs, source, { ...automatic, noise: 'off' }, place, nobody)
    expect(pixels).toMatchObject({ width: place.width, height: place.height })
    // Not toEqual: it would write out two hundred thousand values that differ.
    expect(Buffer.from(pixels.data).equals(crop(source, place).data)).toBe(true)
  }
})
