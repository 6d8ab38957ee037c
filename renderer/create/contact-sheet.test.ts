import { expect, test } from 'vitest'
import { sheetLayout } from './contact-sheet'

const cell = { width: 256, height: 256 }

test('a few stand in one row', () => {
  const { places, width } = sheetLayout([{ rows: 1 }, { rows: 1 }, { rows: 1 }], cell)
  expect(new Set(places.map(({ y }) => y)).size).toBe(1)
  expect(width).toBe(16 + 3 * 272)
})

test('many wrap, and none lies over another or outside', () => {
  const { places, width, height } = sheetLayout(
    Array.from({ length: 20 }, () => ({ rows: 1 })),
    cell,
  )
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(20)
  expect(places.every(({ x, y }) => x + cell.width < width && y + cell.height < height)).toBe(true)
  expect(width / height).toBeGreaterThan(0.5)
  expect(width / height).toBeLessThan(2)
})

test('a sheet that no browser would draw is made smaller', () => {
  const { scale, width } = sheetLayout(
    Array.from({ length: 40 }, () => ({ rows: 4 })),
    { width: 512, height: 512 },
  )
  expect(width * scale).toBeLessThanOrEqual(8192)
})
