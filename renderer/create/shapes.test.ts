import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ModelLimits } from '../../contract/model'
import { drawnSize, fits, shapeNames, shapeOf, sizeOf, toGrid, withRatio } from './shapes'

const limits = (minimum: number, maximum: number, side: number, multiple = 8): ModelLimits => ({
  defaultWidth: side,
  defaultHeight: side,
  multiple,
  minimum,
  maximum,
  defaultSteps: 8,
  maximumSteps: 50,
  defaultGuidance: 2,
  negativePrompt: true,
  schedulers: [],
})

test('a model of one size offers the square alone', () => {
  const starter = limits(256, 256, 256)
  expect(shapeNames.map((name) => sizeOf(name, starter))).toEqual([
    { width: 256, height: 256 },
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('a larger model offers each shape with about the same number of pixels', () => {
  const large = limits(256, 2048, 1024, 64)
  for (const name of shapeNames) {
    const size = sizeOf(name, large)
    if (!size) throw new Error(name)
    expect(fits(size, large)).toBe(true)
    expect(Math.abs(size.width * size.height - 1024 ** 2) / 1024 ** 2).toBeLessThan(0.12)
    expect(shapeOf(size, large)).toBe(name)
  }
})

test('any size goes to one that the model can draw', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 9000 }), (width, height) => {
      expect(fits(toGrid({ width, height }, limits(200, 2000, 512, 64)), limits(200, 2000, 512, 64))).toBe(
        true,
      )
    }),
  )
})

test('locked, the other side goes along', () => {
  const sides = { minimum: 128, maximum: 1024 }
  const scaled = (change: { width: number } | { height: number }) =>
    withRatio({ width: 512, height: 768 }, change, sides)
  expect(scaled({ width: 256 })).toEqual({ width: 256, height: 384 })
  expect(scaled({ height: 384 })).toEqual({ width: 256, height: 384 })
  // The ratio is kept at the ends of what the model can, too.
  expect(scaled({ width: 1024 })).toEqual({ width: 683, height: 1024 })
  expect(scaled({ height: 128 })).toEqual({ width: 128, height: 192 })
})

test('a picture to start from gives its size, unless one was chosen or the model has one only', () => {
  const large = limits(256, 1024, 512, 64)
  const source = { width: 800, height: 600 }
  expect(drawnSize(null, large, source)).toEqual({ width: 768, height: 576 })
  expect(drawnSize(null, large, { width: 4000, height: 3000 })).toEqual({ width: 1024, height: 768 })
  expect(drawnSize(null, large, undefined)).toEqual({ width: 512, height: 512 })
  expect(drawnSize({ width: 256, height: 320 }, large, source)).toEqual({ width: 256, height: 320 })
  const starter = { ...limits(256, 256, 256), onlySize: { width: 256, height: 256 } }
  expect(drawnSize(null, starter, source)).toEqual({ width: 256, height: 256 })
})
