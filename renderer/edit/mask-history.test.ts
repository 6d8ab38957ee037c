import { expect, test } from 'vitest'
import {
  type MaskAct,
  act,
  emptyHistory,
  isPainted,
  redo,
  resizeBrush,
  toPicture,
  undo,
} from './mask-history'

const stroke: MaskAct = { kind: 'stroke', erase: false, size: 8, points: [[1, 1]] }
const erase: MaskAct = { ...stroke, erase: true }

test('undo and redo walk the same way; a new act ends redo', () => {
  const two = act(act(emptyHistory, stroke), { kind: 'invert' })
  expect(redo(undo(two))).toEqual(two)
  expect(undo(undo(undo(two))).done).toEqual([])
  expect(redo(two)).toEqual(two)
  expect(act(undo(two), erase).undone).toEqual([])
})

test('what counts as painted', () => {
  expect(isPainted(emptyHistory)).toBe(false)
  expect(isPainted(act(emptyHistory, erase))).toBe(false)
  expect(isPainted(act(emptyHistory, stroke))).toBe(true)
  expect(isPainted(act(act(emptyHistory, stroke), { kind: 'clear' }))).toBe(false)
  expect(isPainted(act(act(emptyHistory, { kind: 'clear' }), { kind: 'invert' }))).toBe(true)
})

test('the brush grows and shrinks, within limits', () => {
  expect(resizeBrush(40, 1)).toBe(50)
  expect(resizeBrush(50, -1)).toBe(40)
  expect(resizeBrush(4, -1)).toBe(4)
  expect(resizeBrush(4, 1)).toBe(5)
  expect(resizeBrush(500, 1)).toBe(512)
})

test('a point on a fitted picture', () => {
  const box = { left: 10, top: 20, width: 400, height: 200 }
  expect(toPicture({ x: 210, y: 120 }, box, { width: 100, height: 100 })).toEqual({ x: 50, y: 50, scale: 2 })
  expect(toPicture({ x: 110, y: 20 }, box, { width: 100, height: 100 })).toEqual({ x: 0, y: 0, scale: 2 })
})
