import { expect, test } from 'vitest'
import { compareRgba, noDifference, together } from './difference'

const rgba = (...pixels: number[][]) => Uint8ClampedArray.from(pixels.flatMap((rgb) => [...rgb, 255]))

test('equal pictures are black and differ nowhere', () => {
  const picture = rgba([1, 2, 3], [200, 0, 9])
  const onto = new Uint8ClampedArray(8)
  expect(compareRgba(picture, picture, onto)).toEqual({ pixels: 2, changed: 0, mean: 0, largest: 0 })
  expect([...onto]).toEqual([0, 0, 0, 255, 0, 0, 0, 255])
})

test('changed pixels are counted once', () => {
  const onto = new Uint8ClampedArray(8)
  const found = compareRgba(rgba([10, 10, 10], [5, 5, 5]), rgba([10, 13, 4], [5, 5, 5]), onto)
  expect(found).toEqual({ pixels: 2, changed: 1, mean: 1.5, largest: 6 })
  expect([...onto]).toEqual([0, 3, 6, 255, 0, 0, 0, 255])
})

test('a picture compared in parts differs as it does as a whole', () => {
  const [left, right] = [rgba([1, 2, 3], [9, 9, 9], [40, 0, 7]), rgba([1, 2, 3], [0, 9, 12], [40, 1, 7])]
  const compare = (from: number, to: number) =>
    compareRgba(left.subarray(from * 4, to * 4), right.subarray(from * 4, to * 4), new Uint8ClampedArray(12))
  expect([compare(0, 1), compare(1, 3)].reduce(together, noDifference)).toEqual(compare(0, 3))
})
