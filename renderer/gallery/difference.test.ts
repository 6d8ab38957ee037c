import { expect, test } from 'vitest'
import { compareRgba } from './difference'

const rgba = (...pixels: number[][]) => Uint8ClampedArray.from(pixels.flatMap((rgb) => [...rgb, 255]))

test('equal pictures are black and differ nowhere', () => {
  const picture = rgba([1, 2, 3], [200, 0, 9])
  const onto = new Uint8ClampedArray(8)
  expect(compareRgba(picture, picture, onto, 8)).toEqual({ pixels: 2, changed: 0, mean: 0, largest: 0 })
  expect([...onto]).toEqual([0, 0, 0, 255, 0, 0, 0, 255])
})

test('changed pixels are counted once, and shown stronger than they are', () => {
  const onto = new Uint8ClampedArray(8)
  const found = compareRgba(rgba([10, 10, 10], [5, 5, 5]), rgba([10, 13, 4], [5, 5, 5]), onto, 8)
  expect(found).toEqual({ pixels: 2, changed: 1, mean: 1.5, largest: 6 })
  expect([...onto]).toEqual([0, 24, 48, 255, 0, 0, 0, 255])
})
