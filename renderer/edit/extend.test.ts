import { expect, test } from 'vitest'
import { extendedSize, isExtended, keptArea, marginsFor, noMargins } from './extend'

const size = { width: 400, height: 300 }

test('a ratio is reached by adding on both sides, never by cutting', () => {
  const wide = marginsFor(size, 16 / 9)
  expect(extendedSize(size, wide)).toEqual({ width: 533, height: 300 })
  expect([wide.left, wide.right]).toEqual([66, 67])
  expect(extendedSize(size, marginsFor(size, 1))).toEqual({ width: 400, height: 400 })
  expect(isExtended(marginsFor(size, 4 / 3))).toBe(false)
})

test('what is kept stops short of the sides that grow, and reaches the others', () => {
  expect(keptArea(size, { ...noMargins, right: 100 }, 16)).toEqual({
    left: 0,
    top: 0,
    width: 384,
    height: 300,
  })
  expect(keptArea(size, { left: 10, top: 20, right: 30, bottom: 40 }, 16)).toEqual({
    left: 26,
    top: 36,
    width: 368,
    height: 268,
  })
})

test('a soft edge never eats a small picture', () => {
  expect(keptArea({ width: 16, height: 16 }, { ...noMargins, left: 8 }, 64).width).toBe(12)
})
