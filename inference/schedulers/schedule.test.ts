import { expect, test } from 'vitest'

import { beginOf } from './schedule.ts'
import { createScheduler, dynamicShiftMu, flowSigmas } from './scheduler.ts'

test.each([
  // n, strength, SD's first step, Z-Image's first step
  [8, 0.3, 6, 5],
  [100, 0.55, 45, 44],
  [20, 0.6, 8, 8],
  [20, 1, 0, 0],
  [20, 0, 20, 20],
  [4, 0.1, 4, 3],
  [10, 2, 0, 0],
])('%i steps of strength %f begin at %i or %i', (steps, strength, diffusion, flow) => {
  expect(beginOf({ steps, strength, strengthRule: 'diffusion' })).toBe(diffusion)
  expect(beginOf({ steps, strength })).toBe(diffusion)
  expect(beginOf({ steps, strength, strengthRule: 'flow' })).toBe(flow)
  expect(beginOf({ steps, strength, strengthRule: 'flow' }, 2)).toBe(2 * flow)
})

test('LCM shortens its origin schedule in place of cutting', () => {
  const config = { _class_name: 'LCMScheduler' }
  const own = createScheduler(config, { steps: 4, strength: 0.6, strengthRule: 'consistency' }).schedule
  expect(own).toMatchObject({ timesteps: [599, 459, 299, 159], begin: 0 })
  expect(createScheduler(config, { steps: 4, strength: 0.5 }).schedule).toMatchObject({
    timesteps: [999, 759, 499, 259],
    begin: 2,
  })
})

test('a bare step count is shifted twice, given sigmas once', () => {
  const config = { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 }
  const bare = createScheduler(config, { steps: 4 }).schedule.sigmas ?? []
  const given = createScheduler(config, { steps: 8, sigmas: flowSigmas(8) }).schedule.sigmas ?? []
  for (const [i, sigma] of [1, 0.8577, 0.6022, 0.00893, 0].entries()) expect(bare[i]).toBeCloseTo(sigma, 4)
  for (const [i, sigma] of [1, 0.9545, 0.9, 0.8333, 0.75, 0.6429, 0.5, 0.3, 0].entries()) {
    expect(given[i]).toBeCloseTo(sigma, 4)
  }
})

test('the dynamic shift grows from 0.5 at 256 tokens to 1.15 at 4096', () => {
  expect(dynamicShiftMu({}, 256)).toBeCloseTo(0.5, 12)
  expect(dynamicShiftMu({}, 1024)).toBeCloseTo(0.63, 12)
  expect(dynamicShiftMu({}, 4096)).toBeCloseTo(1.15, 12)
})

test('past the end nothing is noised', () => {
  const clean = Float32Array.of(1, -2)
  for (const name of ['DDIMScheduler', 'HeunDiscreteScheduler', 'DEISMultistepScheduler', 'LCMScheduler']) {
    const { schedule, addNoise } = createScheduler({ _class_name: name }, { steps: 3 })
    const noised = addNoise(clean, Float32Array.of(5, 5), schedule.timesteps.length)
    expect(noised).toEqual(clean)
    expect(noised).not.toBe(clean)
  }
})

test('UniPC with B(h) = h stays finite in the step to zero noise, where the reference does not', () => {
  const config = { _class_name: 'UniPCMultistepScheduler', solver_type: 'bh1', lower_order_final: false }
  const scheduler = createScheduler(config, { steps: 4 })
  let sample: Float32Array = Float32Array.of(1, -0.5)
  let state = scheduler.initialState()
  for (let index = 0; index < 4; index++) {
    const modelOutput = sample.map((x) => 0.5 * x)
    ;({ sample, state } = scheduler.step(state, { index, sample, modelOutput, noise: () => sample }))
  }
  expect(sample.every(Number.isFinite)).toBe(true)
})
