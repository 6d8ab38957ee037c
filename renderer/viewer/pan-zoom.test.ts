import { expect, test } from 'vitest'
import { actualScale, fitted, panBy, zoomAt } from './pan-zoom'

test('the point under the pointer stays where it is', () => {
  const point = { x: 120, y: -40 }
  const once = zoomAt(fitted, 2, point)
  const onPicture = { x: (point.x - once.x) / once.scale, y: (point.y - once.y) / once.scale }
  const twice = zoomAt(once, 1.5, point)
  expect((point.x - twice.x) / twice.scale).toBeCloseTo(onPicture.x)
  expect((point.y - twice.y) / twice.scale).toBeCloseTo(onPicture.y)
})

test('zooming out ends fitted and in the middle, and a fitted picture cannot be pushed away', () => {
  expect(zoomAt(zoomAt(fitted, 4, { x: 50, y: 50 }), 0.1, { x: -90, y: 3 })).toEqual(fitted)
  expect(panBy(fitted, 30, 30)).toEqual(fitted)
  expect(panBy({ scale: 2, x: 1, y: 1 }, 30, -1)).toEqual({ scale: 2, x: 31, y: 0 })
})

test('actual size', () => {
  expect(actualScale({ width: 2000, height: 1000 }, { width: 500, height: 500 })).toBe(4)
  expect(actualScale({ width: 256, height: 256 }, { width: 800, height: 600 })).toBe(1)
})
