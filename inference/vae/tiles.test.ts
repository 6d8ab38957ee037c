import { expect, test } from 'vitest'
import { createGenerator } from '../random.ts'
import { inTiles, tileAxis } from './tiles.ts'

test.each([
  [64, 64, 16, [0]],
  [96, 64, 16, [0, 32]],
  [128, 64, 16, [0, 32, 64]],
  [65, 64, 16, [0, 1]],
])('tiles along %d latents', (length, tile, overlap, starts) => {
  expect(tileAxis(length, tile, overlap).starts).toEqual(starts)
})

test('every side is covered and neighbours share the overlap', () => {
  for (let length = 10; length < 200; length++) {
    const { starts, size } = tileAxis(length, 24, 6)
    expect(starts.at(-1)).toBe(Math.max(0, length - size))
    for (const [i, start] of starts.entries()) {
      if (i > 0) expect((starts[i - 1] ?? 0) + size - start).toBeGreaterThanOrEqual(6)
    }
  }
})

const [height, width, channels] = [50, 37, 2]
const input = { data: createGenerator('1').randn(channels * height * width), channels, height, width }
const grid = { rows: tileAxis(height, 20, 5), columns: tileAxis(width, 20, 5) }

test('a network that only sees one latent gives what it gives as a whole, enlarged too', async () => {
  const twice = await inTiles(input, grid, { input: 1, output: 2 }, (tile) => {
    const data = new Float32Array(tile.data.length * 4)
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < tile.height * 2; y++) {
        for (let x = 0; x < tile.width * 2; x++) {
          const from = (c * tile.height + (y >> 1)) * tile.width + (x >> 1)
          data[(c * tile.height * 2 + y) * tile.width * 2 + x] = tile.data[from] ?? NaN
        }
      }
    }
    return Promise.resolve({ data, channels, height: tile.height * 2, width: tile.width * 2 })
  })
  expect(twice).toMatchObject({ height: 100, width: 74, channels })
  for (const [y, x] of [
    [0, 0],
    [99, 73],
    [41, 35],
    [30, 38],
  ] as const) {
    expect(twice.data[y * 74 + x]).toBeCloseTo(input.data[(y >> 1) * width + (x >> 1)] ?? NaN, 5)
  }
})

test('tiles of different brightness meet in a slope, not in an edge', async () => {
  let brightness = 0
  const joined = await inTiles(input, grid, { input: 1, output: 1 }, (tile) => {
    brightness = brightness === 0 ? 1 : 0
    return Promise.resolve({ ...tile, data: new Float32Array(tile.data.length).fill(brightness) })
  })
  // An edge would be a whole 1.
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const at = y * width + x
      const here = joined.data[at] ?? NaN
      expect(Math.abs(here - (joined.data[at - 1] ?? NaN))).toBeLessThan(0.45)
      expect(Math.abs(here - (joined.data[at - width] ?? NaN))).toBeLessThan(0.45)
    }
  }
})
