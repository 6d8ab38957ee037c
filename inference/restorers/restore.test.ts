import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pixels } from '../images/pixels.ts'
import { isFaded, unfaded } from './fading.ts'
import { inpaint } from './inpaint.ts'
import { survived, withinSteps } from './jpeg-steps.ts'
import { jpegTraces, quantisationNoise } from './jpeg-traces.ts'
import { openRestorer, type RestorerGraphs } from './open-restorer.ts'
import { restore } from './restore.ts'
import fixture from './restore-fixture.json' with { type: 'json' }

// The fixture is what models/training/restore makes of the same pictures, in numpy and with the graphs that ship:
// python -m training.restore.fixture

const shipped = join(import.meta.dirname, '..', '..', 'models', 'restore')
let graphs: RestorerGraphs
beforeAll(async () => {
  graphs = await openRestorer(shipped, { executionProvider: 'cpu', threads: 1 })
})
afterAll(() => graphs.release())

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const picture = (text: string, width = fixture.width, height = fixture.height): Pixels => ({
  width,
  height,
  channels: 3,
  data: bytes(text),
})

/** mean difference as a share of the range, and the largest one in levels */
function difference(made: Uint8Array, wanted: Uint8Array): { mean: number; most: number } {
  expect(made).toHaveLength(wanted.length)
  let [sum, most] = [0, 0]
  for (const [at, value] of made.entries()) {
    const apart = Math.abs(value - (wanted[at] as number))
    sum += apart
    most = Math.max(most, apart)
  }
  return { mean: sum / made.length / 255, most }
}

function same(made: Pixels, wanted: string): void {
  const { mean, most } = difference(made.data, bytes(wanted))
  expect(mean).toBeLessThan(1e-3)
  expect(most).toBeLessThanOrEqual(1)
}

describe('equal to what was measured in numpy', () => {
  const jpegOnly = { jpeg: 'auto', noise: 'auto', colour: 'auto', strength: 1 } as const

  test('the traces of a cropped JPEG', () => {
    const { given } = fixture.restored.jpeg
    const found = jpegTraces(picture(given, fixture.jpegWidth, fixture.jpegHeight))
    const { noise, survived: share, ...traces } = fixture.traces
    expect(found?.coarseness).toBeCloseTo(traces.coarseness, 6)
    expect(found).toMatchObject({ top: traces.top, left: traces.left })
    const kept = survived(picture(given, fixture.jpegWidth, fixture.jpegHeight), traces)
    expect(kept).toBeCloseTo(share, 9)
    for (const [at, sigma] of quantisationNoise(traces.coarseness, kept).entries())
      expect(sigma).toBeCloseTo(noise[at] ?? 0, 9)
  })

  test('thin and wide holes', async () => {
    const [damaged, hole] = [picture(fixture.damaged), bytes(fixture.hole)]
    const made = await inpaint(damaged, hole)
    same(made, fixture.filled)
    const known = (value: number, at: number) => hole[Math.floor(at / 3)] !== 0 || value === damaged.data[at]
    expect(made.data.every(known)).toBe(true)
  })

  test('fading', () => {
    const pale = picture(fixture.restored.faded.given)
    expect(isFaded(pale)).toBe(fixture.isFaded)
    expect(unfaded(pale).data).toEqual(bytes(fixture.unfaded))
  })

  test.each(['jpeg', 'noise', 'faded', 'clean'] as const)('the whole action on %s', async (name) => {
    const { given, made, noise, jpeg, faded } = fixture.restored[name]
    const source = name === 'jpeg' ? picture(given, fixture.jpegWidth, fixture.jpegHeight) : picture(given)
    const { pixels, found } = await restore(graphs, source, jpegOnly, () => Promise.resolve())
    same(pixels, made)
    if (jpeg === null) expect(found.jpeg).toBeUndefined()
    else expect(found.jpeg).toBeCloseTo(jpeg, 6)
    expect(found.faded ?? false).toBe(faded)
    if (noise >= 1) expect(found.noise).toBeCloseTo(noise, 2)
  })
})

test('a picture of one colour, a tiny one and one that is all hole stay as they are', async () => {
  const flat: Pixels = { width: 24, height: 18, channels: 3, data: new Uint8Array(24 * 18 * 3).fill(120) }
  const tiny: Pixels = { width: 5, height: 3, channels: 3, data: new Uint8Array(45).map((_, at) => at * 5) }
  const wishes = { jpeg: 'on', noise: 'on', colour: 'off', strength: 1 } as const
  const pause = () => Promise.resolve()
  expect(difference((await restore(graphs, flat, wishes, pause)).pixels.data, flat.data).most).toBe(0)
  expect((await restore(graphs, tiny, wishes, pause)).pixels.data).toEqual(tiny.data)
  const hole = new Uint8Array(24 * 18).fill(255)
  expect((await inpaint(flat, hole)).data).toEqual(flat.data)
})

test('a black border says nothing of the noise inside it', async () => {
  const grainy = picture(fixture.restored.noise.given)
  const inside = await graphs.noiseLevel(grainy)
  const data = Uint8Array.from(grainy.data)
  data.fill(0, 0, grainy.data.length / 3)
  const framed = await graphs.noiseLevel({ ...grainy, data })
  expect(inside.likely * 255).toBeGreaterThan(15)
  expect(framed.likely / inside.likely).toBeGreaterThan(0.85)
  expect(framed.likely / inside.likely).toBeLessThan(1.15)
})

test('what survived the table of a JPEG is not smoothed away', () => {
  const [width, height] = [24, 18]
  const drawn = (value: (x: number, y: number) => number): Pixels => ({
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: width * height * 3 }, (_, at) => {
      const pixel = Math.floor(at / 3)
      return value(pixel % width, Math.floor(pixel / width))
    }),
  })
  const given = drawn((x) => 128 + (x % 2 === 0 ? 20 : -20))
  const flat = drawn(() => 128)
  const traces = { coarseness: 1, top: 1, left: 3 }
  const made = withinSteps(flat, given, traces)
  const at = (x: number, y: number) => made.data[(y * width + x) * 3] as number
  // Stripes of 20 levels hold 0.3 steps less than they had: 0.3 x 72, 92, 95, … of the row without change downwards.
  expect(at(4, 4)).toBeGreaterThan(138)
  expect(at(5, 4)).toBeLessThan(118)
  // What no whole block covers stays as it was made.
  expect([at(1, 4), at(20, 4), at(4, 0), at(4, 17)]).toEqual([128, 128, 128, 128])
  expect(withinSteps(given, given, traces).data).toEqual(given.data)
})

test('grey things in warm light and haze have not faded, a print has', () => {
  const of = (tones: (share: number) => number[]): Pixels => {
    const shares = Array.from({ length: 64 * 64 }, (_, at) => at / (64 * 64 - 1))
    return { width: 64, height: 64, channels: 3, data: Uint8Array.from(shares.flatMap(tones)) }
  }
  // Few tones are the darkest, and the light is warm: blue is less, by the same share everywhere.
  const thinning = (share: number) => 90 + 90 * (share - 20 * Math.max(0, 0.006 - share))
  expect(isFaded(of((share) => [1, 0.98, 0.87].map((light) => thinning(share) * light)))).toBe(false)
  // As much of black as of any other tone, and no darker one.
  expect(isFaded(of((share) => [60 + 120 * share, 70 + 110 * share, 62 + 116 * share]))).toBe(true)
})

test('tiles leave no seam', async () => {
  const [width, height] = [480, 340]
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3)
    return 128 + 60 * Math.sin((pixel % width) / 11) + ((at * 7919) % 31) - 15
  })
  const sizes: number[] = []
  const tiled = await graphs.denoise({ width, height, channels: 3, data }, 15 / 255, (_, total) => {
    sizes.push(total)
    return Promise.resolve()
  })
  expect(sizes.length).toBeGreaterThan(1)
  // The middle of the picture, seen by one tile alone.
  const [left, top, side] = [112, 42, 256]
  const part = new Uint8Array(side * side * 3)
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * 3
    part.set(data.subarray(from, from + side * 3), y * side * 3)
  }
  const alone = await graphs.denoise({ width: side, height: side, channels: 3, data: part }, 15 / 255, () =>
    Promise.resolve(),
  )
  let most = 0
  for (let y = 32; y < side - 32; y++)
    for (let x = 32 * 3; x < (side - 32) * 3; x++) {
      const one = alone.data[y * side * 3 + x] as number
      most = Math.max(most, Math.abs(one - (tiled.data[((top + y) * width + left) * 3 + x] as number)))
    }
  expect(most).toBeLessThanOrEqual(1)
})

test('a photo of one strong colour, a retina, has not faded', () => {
  const data = new Uint8Array(64 * 64 * 3)
  for (let at = 0; at < data.length; at += 3) {
    const tone = ((at / 3) % 64) / 63
    data.set([174 + 60 * tone, 41 + 62 * tone, 19 + 54 * tone].map(Math.round), at)
  }
  expect(isFaded({ width: 64, height: 64, channels: 3, data })).toBe(false)
  // The same tones as a print lost them, tinted alike in black and white: that is fading.
  for (let at = 0; at < data.length; at += 3) {
    const tone = ((at / 3) % 64) / 63
    data.set([80 + 100 * tone, 65 + 110 * tone, 60 + 100 * tone].map(Math.round), at)
  }
  expect(isFaded({ width: 64, height: 64, channels: 3, data })).toBe(true)
})
