import { expect, test } from 'vitest'
import { groupsOf, layoutGrid, moveInGrid } from './grid-layout'

const days = [
  { day: '2026-11-22', count: 5 },
  { day: '2026-11-21', count: 3 },
  { day: '2026-10-02', count: 2 },
]

test('days, months, or none', () => {
  expect(groupsOf(days, 'day', 10).map(({ key, from }) => [key, from])).toEqual([
    ['2026-11-22', 0],
    ['2026-11-21', 5],
    ['2026-10-02', 8],
  ])
  expect(groupsOf(days, 'month', 10)).toEqual([
    { key: '2026-11', from: 0, count: 8 },
    { key: '2026-10', from: 8, count: 2 },
  ])
  expect(groupsOf(days, 'none', 10)).toEqual([])
})

test('counts that are older than the total neither lose nor invent a picture', () => {
  const sum = (total: number) => groupsOf(days, 'day', total).reduce((all, { count }) => all + count, 0)
  expect([sum(12), sum(7), sum(0)]).toEqual([12, 7, 0])
})

test('each group begins a row of its own, under its heading', () => {
  const layout = layoutGrid(groupsOf(days, 'day', 10), 10, 4)
  expect(layout.rows).toEqual([
    { kind: 'heading', group: 0 },
    { kind: 'tiles', group: 0, from: 0, count: 4 },
    { kind: 'tiles', group: 0, from: 4, count: 1 },
    { kind: 'heading', group: 1 },
    { kind: 'tiles', group: 1, from: 5, count: 3 },
    { kind: 'heading', group: 2 },
    { kind: 'tiles', group: 2, from: 8, count: 2 },
  ])
  expect([0, 3, 4, 5, 7, 8, 9].map(layout.rowOf)).toEqual([1, 1, 2, 4, 4, 6, 6])
})

test('100,000 pictures: every picture is found in the row that holds it', () => {
  const many = Array.from({ length: 700 }, (_, index) => ({ day: `d${index}`, count: 100 + (index % 87) }))
  const total = many.reduce((sum, { count }) => sum + count, 0)
  const layout = layoutGrid(groupsOf(many, 'day', total), total, 6)
  for (let index = 0; index < total; index += 37) {
    const row = layout.rows[layout.rowOf(index)]
    if (row?.kind !== 'tiles') throw new Error('a heading holds no picture')
    expect(index >= row.from && index < row.from + row.count).toBe(true)
  }
})

test('keys move as in a file manager', () => {
  const plain = layoutGrid([], 10, 4)
  const move = (key: string, active: number) => moveInGrid(key, active, plain, 2)
  expect(move('ArrowRight', 3)).toBe(4)
  expect(move('ArrowLeft', 0)).toBe(0)
  expect(move('ArrowDown', 9)).toBe(9)
  expect(move('ArrowDown', 5)).toBe(9)
  expect(move('ArrowDown', 7)).toBe(9)
  expect(move('ArrowUp', 2)).toBe(2)
  expect(move('PageDown', 0)).toBe(8)
  expect(move('End', 0)).toBe(9)
  expect(move('Home', 9)).toBe(0)
  expect(move('ArrowDown', -1)).toBe(0)
  expect(move('End', -1)).toBe(9)
  expect(move('x', 1)).toBe(null)
  expect(moveInGrid('End', -1, layoutGrid([], 0, 4), 2)).toBe(null)
})

test('up and down cross headings and short rows, and the column is kept where it can be', () => {
  const layout = layoutGrid(groupsOf(days, 'day', 10), 10, 4)
  const move = (key: string, active: number) => moveInGrid(key, active, layout, 3)
  expect(move('ArrowDown', 2)).toBe(4)
  expect(move('ArrowDown', 4)).toBe(5)
  expect(move('ArrowUp', 7)).toBe(4)
  expect(move('ArrowDown', 7)).toBe(9)
  expect(move('PageUp', 9)).toBe(1)
  expect(move('ArrowUp', 1)).toBe(1)
})
