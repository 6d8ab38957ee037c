import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cardWidth, placeCard } from './tour-place'

const window = { width: 900, height: 600 }

test('above the composer, beside the rail', () => {
  expect(placeCard({ left: 100, top: 420, width: 700, height: 60 }, window).top).toBe(204)
  expect(placeCard({ left: 0, top: 60, width: 80, height: 400 }, window).left).toBe(96)
})

test('the card never leaves the window', () => {
  const size = fc.integer({ min: 0, max: 900 })
  fc.assert(
    fc.property(size, size, size, size, (left, top, width, height) => {
      const card = placeCard({ left, top, width, height }, window)
      expect(card.left).toBeGreaterThanOrEqual(16)
      expect(card.left + cardWidth).toBeLessThanOrEqual(window.width - 16)
      expect(card.top).toBeGreaterThanOrEqual(16)
      expect(card.top + 200).toBeLessThanOrEqual(window.height - 16)
    }),
  )
})
