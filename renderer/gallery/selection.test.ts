import { expect, test } from 'vitest'
import { moveBy, noSelection, rangeOf, selectOne, selectRange, toggle } from './selection'

test('click, Ctrl+click, Shift+click', () => {
  const one = selectOne(3, 'd')
  const two = toggle(one, 5, 'f')
  expect([...two.ids]).toEqual(['d', 'f'])
  expect(rangeOf(two, 2)).toEqual({ from: 2, to: 5 })
  const range = selectRange(two, 2, ['c', 'd', 'e', 'f'])
  expect(range).toEqual({ ids: new Set(['c', 'd', 'e', 'f']), active: 2, anchor: 5 })
  expect([...toggle(two, 3, 'd').ids]).toEqual(['f'])
  expect(rangeOf(noSelection, 4)).toEqual({ from: 4, to: 4 })
})

test('keys move as in a file manager', () => {
  const move = (key: string, active: number) => moveBy(key, active, 10, 4, 2)
  expect(move('ArrowRight', 3)).toBe(4)
  expect(move('ArrowLeft', 0)).toBe(0)
  expect(move('ArrowDown', 7)).toBe(7)
  expect(move('ArrowDown', 5)).toBe(9)
  expect(move('ArrowUp', 2)).toBe(2)
  expect(move('PageDown', 0)).toBe(8)
  expect(move('End', 0)).toBe(9)
  expect(move('Home', 9)).toBe(0)
  expect(move('ArrowDown', -1)).toBe(0)
  expect(move('End', -1)).toBe(9)
  expect(move('x', 1)).toBe(null)
  expect(moveBy('End', -1, 0, 4, 2)).toBe(null)
})
