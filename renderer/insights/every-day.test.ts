import { expect, test } from 'vitest'
import { everyDay } from './every-day'

test('gaps are filled, over the end of a month too', () => {
  const days = everyDay([
    { day: '2026-11-02', pictures: 4 },
    { day: '2026-10-30', pictures: 1 },
  ])
  expect(days[0]).toEqual({ day: '2026-10-20', pictures: 0 })
  expect(days.slice(-4)).toEqual([
    { day: '2026-10-30', pictures: 1 },
    { day: '2026-10-31', pictures: 0 },
    { day: '2026-11-01', pictures: 0 },
    { day: '2026-11-02', pictures: 4 },
  ])
})

test('the days since the last picture are shown too', () => {
  const days = everyDay([{ day: '2026-11-20', pictures: 2 }], '2026-11-22')
  expect(days.slice(-3).map(({ day, pictures }) => [day, pictures])).toEqual([
    ['2026-11-20', 2],
    ['2026-11-21', 0],
    ['2026-11-22', 0],
  ])
})

test('a long time shows its latest sixty days', () => {
  const days = everyDay([
    { day: '2025-01-01', pictures: 1 },
    { day: '2026-01-01', pictures: 1 },
  ])
  expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([60, '2025-11-03', '2026-01-01'])
  expect(everyDay([])).toEqual([])
})
