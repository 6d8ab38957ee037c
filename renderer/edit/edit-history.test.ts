import { expect, test } from 'vitest'
import { type EditMoment, emptyEditHistory, redoEdit, remember, undoEdit } from './edit-history'
import { noMargins } from './extend'

const moment = (more: Partial<EditMoment> = {}): EditMoment => ({
  pictures: ['a'],
  strength: 0.6,
  feather: 8,
  onlyMasked: false,
  padding: 32,
  tool: 'none',
  mask: [],
  margins: noMargins,
  ...more,
})

test('each change is taken back and done again, in order', () => {
  const [one, two, three] = [moment(), moment({ strength: 0.7 }), moment({ pictures: ['a', 'b'] })]
  let history = remember(emptyEditHistory, one, 'strength', 0)
  history = remember(history, two, 'picture', 10)
  const back = undoEdit(history, three)
  expect(back?.moment).toBe(two)
  const further = undoEdit(back?.history ?? emptyEditHistory, two)
  expect(further?.moment).toBe(one)
  const on = redoEdit(further?.history ?? emptyEditHistory, one)
  expect(on?.moment).toBe(two)
  expect(redoEdit(on?.history ?? emptyEditHistory, two)?.moment).toBe(three)
})

test('one move of a slider is one change; the next move is another', () => {
  let history = emptyEditHistory
  for (const at of [0, 100, 200]) history = remember(history, moment({ strength: at / 1000 }), 'strength', at)
  expect(history.past).toHaveLength(1)
  history = remember(history, moment(), 'strength', 5000)
  history = remember(history, moment(), 'padding', 5001)
  expect(history.past).toHaveLength(3)
})

test('strokes never become one', () => {
  const twice = remember(remember(emptyEditHistory, moment(), '', 0), moment(), '', 1)
  expect(twice.past).toHaveLength(2)
})

test('a new change ends what could be done again', () => {
  const back = undoEdit(remember(emptyEditHistory, moment(), 'x', 0), moment({ strength: 1 }))
  const next = remember(back?.history ?? emptyEditHistory, moment(), 'y', 5000)
  expect(redoEdit(next, moment())).toBeNull()
})

test('after a restart the pictures can still be gone back through', () => {
  const step = undoEdit(emptyEditHistory, moment({ pictures: ['a', 'b'] }))
  expect(step?.moment.pictures).toEqual(['a'])
  expect(redoEdit(step?.history ?? emptyEditHistory, moment())?.moment.pictures).toEqual(['a', 'b'])
  expect(undoEdit(emptyEditHistory, moment())).toBeNull()
})
