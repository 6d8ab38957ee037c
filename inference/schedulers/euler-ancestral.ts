import { sigmaForward } from './diffusion-process.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedWeightsUnscaled, predictionOf } from './prediction.ts'
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
      const [ofSample, ofOutput] = denoisedWeightsUnscaled(prediction, from)
      const denoised = combine([ofSample, sample], [ofOutput, modelOutput])
      const remaining = down / from
      const next = combine([remaining, sample], [1 - remaining, denoised], [up, noise()])
      return { sample: next, denoised, state }
    },
  }
}

/** σ_up² + σ_down² = σ_to²; both 0 on the last step. */
export function ancestralSigmas(from: number, to: number): { up: number; down: number } {
  const up = Math.sqrt((to * to * (from * from - to * to)) / (from * from))
  return { up, down: Math.sqrt(Math.max(to * to - up * up, 0)) }
}
