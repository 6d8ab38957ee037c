import { expect, test } from 'vitest'
import { progressLine } from './progress-line.ts'

const progress = {
  stage: 'denoising',
  step: 3,
  steps: 8,
  picture: 0,
  pictures: 1,
  fraction: 0.5,
  preview: 0,
} as const

test('a bar, the step, the time left', () => {
  expect(progressLine({ ...progress, remaining: 4200 })).toBe('████████████░░░░░░░░░░░░  3/8, 4 s left')
  expect(progressLine({ ...progress, picture: 1, pictures: 4 })).toMatch(/3\/8 of picture 2\/4$/)
  expect(progressLine({ ...progress, stage: 'loading', fraction: 0 })).toMatch(/^░{24} {2}loading$/)
  expect(progressLine({ ...progress, fraction: 1.2 })).toMatch(/^█{24} /)
})
