import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ModelLimits } from '../../contract/model'
import { fits, shapeNames, shapeOf, sizeOf, toGrid, withRatio } from './shapes'

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
  expect(withRatio({ width: 512, height: 768 }, { width: 256 })).toEqual({ width: 256, height: 384 })
  expect(withRatio({ width: 512, height: 768 }, { height: 384 })).toEqual({ width: 256, height: 384 })
})
