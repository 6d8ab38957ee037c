import { expect, test } from 'vitest'
import { type MaskAct, isNextOf, isPainted, movedBrush, resizeBrush, toPicture } from './mask-history'

const stroke: MaskAct = { kind: 'stroke', erase: false, size: 8, points: [[1, 1]] }
const erase: MaskAct = { ...stroke, erase: true }

test('what counts as painted', () => {
  expect(isPainted([])).toBe(false)
  expect(isPainted([erase])).toBe(false)
  expect(isPainted([stroke])).toBe(true)
  expect(isPainted([stroke, { kind: 'clear' }])).toBe(false)
  expect(isPainted([{ kind: 'clear' }, { kind: 'invert' }])).toBe(true)
})

test('a stroke that has just been drawn is told from one that comes back', () => {
  expect(isNextOf([erase], [erase, stroke], stroke)).toBe(true)
  // redone: nothing has drawn it
  expect(isNextOf([erase], [erase, stroke], null)).toBe(false)
  expect(isNextOf([stroke], [erase, stroke], stroke)).toBe(false)
  expect(isNextOf([erase], [{ ...erase }, stroke], stroke)).toBe(false)
})

test('the brush grows and shrinks, within limits', () => {
  expect(resizeBrush(40, 1)).toBe(50)
  expect(resizeBrush(50, -1)).toBe(40)
  expect(resizeBrush(4, -1)).toBe(4)
  expect(resizeBrush(4, 1)).toBe(5)
  expect(resizeBrush(500, 1)).toBe(512)
})

test('the arrows move the brush by its own width, and never off the picture', () => {
  const picture = { width: 100, height: 50 }
  const moved = (key: string, shiftKey = false) => movedBrush({ x: 50, y: 25 }, { key, shiftKey }, 8, picture)
  expect(moved('ArrowRight')).toEqual({ x: 52, y: 25 })
  expect(moved('ArrowUp', true)).toEqual({ x: 50, y: 9 })
  expect(movedBrush({ x: 99, y: 49 }, { key: 'ArrowDown', shiftKey: true }, 8, picture)).toEqual({
    x: 99,
    y: 50,
  })
  expect(moved('a')).toBeNull()
})

test('a point on a fitted picture', () => {
  const box = { left: 10, top: 20, width: 400, height: 200 }
  expect(toPicture({ x: 210, y: 120 }, box, { width: 100, height: 100 })).toEqual({ x: 50, y: 50, scale: 2 })
  expect(toPicture({ x: 110, y: 20 }, box, { width: 100, height: 100 })).toEqual({ x: 0, y: 0, scale: 2 })
})
