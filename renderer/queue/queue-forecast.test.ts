import { expect, test } from 'vitest'
import type { Job } from '../../contract/job'
import type { Model } from '../../contract/model'
import { forecastItems } from './queue-forecast'

const models = [
  { id: 'starter', limits: { defaultWidth: 256, defaultHeight: 128, defaultSteps: 8 } },
] as unknown as Model[]
const job = (request: object) => ({ request }) as unknown as Job

test('each waiting picture counts with its own size and steps, what is unknown is left out', () => {
  const waiting = [
    job({ kind: 'generate', model: 'starter', count: 3, finish: 'none' }),
    job({
      kind: 'generate',
      model: 'starter',
      count: 1,
      finish: 'upscale-2x',
      width: 64,
      height: 64,
      steps: 20,
      image: { strength: 0.5 },
    }),
    job({ kind: 'generate', model: 'elsewhere', count: 1, finish: 'none' }),
    job({ kind: 'upscale', image: 'x', scale: 2 }),
  ]
  expect(forecastItems(waiting, models)).toEqual([
    { model: 'starter', width: 256, height: 128, steps: 8, finish: 'none', count: 3 },
    { model: 'starter', width: 64, height: 64, steps: 10, finish: 'upscale-2x', count: 1 },
  ])
})
