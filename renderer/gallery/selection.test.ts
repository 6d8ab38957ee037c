import { expect, test } from 'vitest'
import {
  focusOn,
  noSelection,
  pairWith,
  rangeOf,
  selectOne,
  selectRange,
  shiftBy,
  toggle,
  without,
} from './selection'

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

test('the focus moves alone, and a pair is made of the chosen one and another', () => {
  const one = selectOne(3, 'd')
  expect(focusOn(one, 7)).toEqual({ ids: new Set(['d']), active: 7, anchor: 3 })
  const pair = pairWith(one, 'd', 4, 'e')
  expect(pair).toEqual({ ids: new Set(['d', 'e']), active: 4, anchor: 3 })
  expect([...pairWith(pair, 'd', 5, 'f').ids]).toEqual(['d', 'f'])
})

test('what is selected moves with the list, and what has left it is selected no more', () => {
  const two = toggle(selectOne(3, 'd'), 5, 'f')
  expect(shiftBy(two, 2)).toEqual({ ids: new Set(['d', 'f']), active: 7, anchor: 7 })
  expect(shiftBy(focusOn(noSelection, 4), 1)).toEqual({ ids: new Set(), active: 5, anchor: -1 })
  expect(without(two, ['f', 'x'])).toEqual({ ids: new Set(['d']), active: 5, anchor: 5 })
  expect(without(two, ['x'])).toBe(two)
})
