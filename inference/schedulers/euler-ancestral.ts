import { sigmaForward } from './diffusion-process.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedUnscaled, moved, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { initialSigma, sigmaSchedule, toFloat32 } from './sigma-schedule.ts'

/**
 * Ancestral sampling in σ (k-diffusion, after Song et al. 2021, "Score-based generative modeling", equation 47):
 * a deterministic step down to σ_down, then noise up to σ_to.
 */
export const createEulerAncestral: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { zeroSnr: 'lifted' })
  const schedule = sigmaSchedule(config, options, table, { respaced: false })
  const sigmas = toFloat32([...schedule.sigmas, 0])
  const prediction = predictionOf(config)

  return {
    schedule: {
      timesteps: schedule.timesteps,
      sigmas,
      initNoiseSigma: initialSigma(config, sigmas),
      order: 1,
      begin: beginOf(options),
    },
    initialState: () => freshState,
    ...sigmaForward(sigmas, schedule.timesteps.length),
    step(state, { index, sample, modelOutput, noise }) {
      const from = sigmas[index] as number
      const { up, down } = ancestralSigmas(from, sigmas[index + 1] as number)
      const denoised = denoisedUnscaled(prediction, from, sample, modelOutput)
      const calm = moved(sample, sample, denoised, from, down - from)
      return { sample: combine([1, calm], [up, noise()]), denoised, state }
    },
  }
}

/** σ_up² + σ_down² = σ_to²; both 0 on the last step. */
export function ancestralSigmas(from: number, to: number): { up: number; down: number } {
  // See [Note: Rounding like the reference]: from² - to² nearly cancels in long schedules.
  const f = Math.fround
  const [from2, to2] = [f(from * from), f(to * to)]
  const up = f(Math.sqrt(f(f(to2 * f(from2 - to2)) / from2)))
  return { up, down: f(Math.sqrt(Math.max(f(to2 - f(up * up)), 0))) }
}
