import { sigmaForward } from './diffusion-process.ts'
import { ancestralSigmas } from './euler-ancestral.ts'
import { everySecondCall, geometricMean, interleave } from './kdpm2.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedUnscaled, moved, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { initialSigma, sigmaSchedule, toFloat32 } from './sigma-schedule.ts'
import { timestepOf } from './sigma-spacing.ts'

/** DPM-Solver-2 (Lu et al. 2022) down to σ_down, then noise up to σ_{k+1}, as k-diffusion's ancestral samplers. */
export const createKdpm2Ancestral: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { betaStart: 0.00085, betaEnd: 0.012 })
  const schedule = sigmaSchedule(config, options, table, { roundsKarras: true })
  const levels = toFloat32([...schedule.sigmas, 0])
  const steps = schedule.sigmas.map((_, k) => ancestralSigmas(levels[k] as number, levels[k + 1] as number))
  const middles = levels.map((sigma, k) => geometricMean(sigma, steps[k]?.down ?? 0))
  const timesteps = interleave(
    schedule.timesteps,
    middles.map((sigma) => timestepOf(sigma, schedule.logSigmas)),
  )
  const sigmas = everySecondCall(levels)
  const prediction = predictionOf(config)
  const callSigma = (index: number): number => (index % 2 === 0 ? levels : middles)[index >> 1] as number

  return {
    schedule: {
      timesteps,
      sigmas,
      initNoiseSigma: initialSigma(config, sigmas),
      order: 2,
      begin: beginOf(options, 2),
    },
    initialState: () => freshState,
    ...sigmaForward(sigmas, timesteps.length, callSigma),
    step(state, { index, sample, modelOutput, noise }) {
      const k = index >> 1
      const level = callSigma(index)
      const denoised = denoisedUnscaled(prediction, level, sample, modelOutput)
      const from = levels[k] as number
      if (state.held === undefined) {
        const next = moved(sample, sample, denoised, level, (middles[k] as number) - from)
        return { sample: next, denoised, state: { ...state, held: sample.slice() } }
      }
      const { up, down } = steps[k] as { up: number; down: number }
      const calm = moved(state.held, sample, denoised, level, down - from)
      return { sample: combine([1, calm], [up, noise()]), denoised, state: freshState }
    },
  }
}
