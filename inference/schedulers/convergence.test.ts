import { describe, expect, test } from 'vitest'

import { chooseScheduler, createScheduler } from './scheduler.ts'

/*
 * For data that are normal with standard deviation s the best denoiser and the exact solution of the sampling
 * equation are known: x(σ) grows as sqrt(s² + σ²). A solver of order p must come about 2^p times closer when
 * the steps are doubled. Nothing here comes from the reference.
 */
const s = 0.5

const config = {
  _class_name: 'EulerDiscreteScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
}

/** Relative error after walking from the first level down to about `end` in `steps` steps. */
function errorOf(id: string, prediction: 'epsilon' | 'v_prediction', steps: number): number {
  const chosen = { ...chooseScheduler(config, id), prediction_type: prediction }
  const scheduler = createScheduler({ ...chosen, final_sigmas_type: 'sigma_min' }, { steps })
  const { timesteps, sigmas = [] } = scheduler.schedule
  // Exponential integrators carry x / sqrt(1 + σ²), the others x itself.
  const scales = scheduler.scaleInput(Float32Array.of(1), 0)[0] !== 1
  const scale = (sigma: number): number => (scales ? 1 : Math.sqrt(1 + sigma * sigma))
  const exact = (sigma: number): number => Math.sqrt(s * s + sigma * sigma) / scale(sigma)
  // The step to zero noise is a first-order one for everybody.
  const last = timesteps.length - (sigmas[timesteps.length] === 0 ? 1 : 0)
  let sample: Float32Array = Float32Array.of(exact(sigmas[0] ?? 0))
  let state = scheduler.initialState()
  for (let index = 0; index < last; index++) {
    const sigma = sigmas[index] ?? 0
    const x = (sample[0] ?? 0) * scale(sigma)
    const x0 = (x * s * s) / (s * s + sigma * sigma)
    const epsilon = (x - x0) / sigma
    const alpha = 1 / Math.sqrt(1 + sigma * sigma)
    const modelOutput = Float32Array.of(
      prediction === 'epsilon' ? epsilon : alpha * epsilon - alpha * sigma * x0,
    )
    const noise = (): Float32Array => new Float32Array(1)
    ;({ sample, state } = scheduler.step(state, { index, sample, modelOutput, noise }))
  }
  const end = sigmas[last] ?? 0
  return Math.abs((sample[0] ?? 0) / exact(end) - 1)
}

describe.each(['epsilon', 'v_prediction'] as const)('with %s', (prediction) => {
  test.each([
    ['euler-karras', 1.7],
    ['dpmpp-2m-karras', 3.5],
    ['dpmpp-3m-karras', 3],
    ['unipc-karras', 6],
    ['deis-karras', 3],
    ['heun-karras', 3.5],
    ['lms-karras', 6],
  ])('%s comes closer by the power of its order', (id, factor) => {
    const [coarse, fine] = [errorOf(id, prediction, 20), errorOf(id, prediction, 40)]
    expect(coarse).toBeLessThan(0.1)
    expect(coarse / fine).toBeGreaterThan(factor)
  })

  test('higher orders are closer', () => {
    const errors = ['euler-karras', 'dpmpp-2m-karras', 'unipc-karras'].map((id) =>
      errorOf(id, prediction, 40),
    )
    expect(errors.toSorted((a, b) => b - a)).toEqual(errors)
  })
})
