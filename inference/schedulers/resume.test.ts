import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createGenerator } from '../random.ts'
import { chooseScheduler, createScheduler, schedulerChoices, type Scheduler } from './scheduler.ts'

const stableDiffusion = {
  _class_name: 'PNDMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  clip_sample: false,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
}
const flow = { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 }

const choices = schedulerChoices.flatMap(({ id, families }) => families.map((family) => ({ id, family })))
const length = 4 * 4 * 4

function scheduler(id: string, family: 'diffusion' | 'flow', steps: number, strength: number): Scheduler {
  const config = chooseScheduler(family === 'flow' ? flow : stableDiffusion, id)
  const strengthRule = family
  return createScheduler(config, { steps, strength, strengthRule, batchShape: [1, 4, 4, 4] })
}

/** All samples of a run; `interrupt` is the call before which state and sample go through a structured clone. */
function samples(own: Scheduler, seed: bigint, interrupt: number, spoil: boolean): Float32Array[] {
  const noise = createGenerator(seed)
  const clean = noise.randn(length)
  let sample = own.addNoise(clean, noise.randn(length), own.schedule.begin)
  let state = own.initialState()
  const all: Float32Array[] = []
  for (let index = own.schedule.begin; index < own.schedule.timesteps.length; index++) {
    if (index === interrupt) [state, sample] = structuredClone([state, sample])
    const t = own.schedule.timesteps[index] ?? 0
    const modelOutput = own
      .scaleInput(sample, index)
      .map((x) => 0.9 * Math.tanh(x) + 0.05 * Math.cos(t / 100))
    const given = sample
    const output = own.step(state, { index, sample, modelOutput, noise: () => noise.randn(length) })
    ;({ sample, state } = output)
    all.push(sample.slice())
    // A caller that reuses its buffers must not change what the scheduler remembers.
    if (spoil) {
      given.fill(Number.NaN)
      modelOutput.fill(Number.NaN)
      sample = sample.slice()
      output.sample.fill(Number.NaN)
    }
  }
  return all
}

describe.each(choices)('$id for $family models', ({ id, family }) => {
  test('is finite and can be taken up again to the bit', () => {
    const cases = fc.record({
      steps: fc.integer({ min: 1, max: 24 }),
      strength: fc.constantFrom(1, 0.8, 0.3),
      seed: fc.bigInt({ min: 0n, max: 1n << 40n }),
      cut: fc.nat(48),
    })
    fc.assert(
      fc.property(cases, ({ steps, strength, seed, cut }) => {
        const straight = samples(scheduler(id, family, steps, strength), seed, -1, false)
        const own = scheduler(id, family, steps, strength)
        const at = own.schedule.begin + (cut % Math.max(straight.length, 1))
        expect(samples(own, seed, at, true)).toEqual(straight)
        for (const sample of straight) expect(sample.every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 12 },
    )
  })
})
