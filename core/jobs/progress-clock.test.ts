import { expect, test } from 'vitest'
import type { JobProgress } from '../../contract/job.ts'
import { createProgressClock } from './progress-clock.ts'

function clocked() {
  let time = 0
  const clock = createProgressClock(() => time)
  return (at: number, stage: JobProgress['stage'], step: number, steps: number) => {
    time = at
    return clock.measure({ stage, step, steps, picture: 0, pictures: 1 })
  }
}

test('the steps of a picture, and the time of the rest without that of opening the model', () => {
  const measure = clocked()
  expect(measure(0, 'loading', 0, 8)).toMatchObject({ fraction: 0 })
  expect(measure(9000, 'denoising', 1, 8).remaining).toBeUndefined()
  const second = measure(10_000, 'denoising', 2, 8)
  expect(second).toMatchObject({ fraction: 0.2, remaining: 8000 })
  expect(measure(16_000, 'decoding', 8, 8).fraction).toBeCloseTo(0.8)
})

test('an enhancement fills the bar by its tiles, never backwards', () => {
  const measure = clocked()
  expect(measure(0, 'enhancing', 0, 0)).toMatchObject({ fraction: 0 })
  expect(measure(100, 'enhancing', 1, 98).fraction).toBeCloseTo(0.01)
  const tenth = measure(1000, 'enhancing', 10, 98)
  expect(tenth.fraction).toBeCloseTo(0.1)
  expect(tenth.remaining).toBeCloseTo(9000)
  expect(measure(1100, 'enhancing', 1, 98).fraction).toBeCloseTo(0.1)
})
