import { sigmaForward } from './diffusion-process.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedUnscaled, moved, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { initialSigma, sigmaSchedule, toFloat32 } from './sigma-schedule.ts'
import { timestepOf } from './sigma-spacing.ts'

/**
 * Karras et al. 2022, algorithm 2 with the midpoint rule in log σ (Lu et al. 2022, "DPM-Solver", DPM-Solver-2 in
 * its k-diffusion form): each step calls the model at σ_k and at sqrt(σ_k σ_{k+1}).
 */
export const createKdpm2: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { betaStart: 0.00085, betaEnd: 0.012 })
  const schedule = sigmaSchedule(config, options, table, { roundsKarras: true })
  const levels = toFloat32([...schedule.sigmas, 0])
  const middles = levels.map((sigma, k) => geometricMean(sigma, levels[k + 1] ?? 0))
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
    step(state, { index, sample, modelOutput }) {
      const k = index >> 1
      const level = callSigma(index)
      const denoised = denoisedUnscaled(prediction, level, sample, modelOutput)
      const from = levels[k] as number
      if (state.held === undefined) {
        const next = moved(sample, sample, denoised, level, (middles[k] as number) - from)
        return { sample: next, denoised, state: { ...state, held: sample.slice() } }
      }
      const next = moved(state.held, sample, denoised, level, (levels[k + 1] as number) - from)
      return { sample: next, denoised, state: freshState }
    },
  }
}

export function geometricMean(a: number, b: number): number {
  return Math.fround(Math.exp((Math.fround(Math.log(a)) + Math.fround(Math.log(b))) / 2))
}

/** [t0, m0, t1, m1, …, t_{n-1}]: the last step is a single call. */
export function interleave(timesteps: readonly number[], middles: readonly number[]): number[] {
  return timesteps.flatMap((t, k) => (k === 0 ? [t] : [middles[k - 1] as number, t]))
}

/** The levels as the reference lists them, one per model call, with its surplus of final zeros. */
export function everySecondCall(levels: readonly number[]): number[] {
  return [...levels.flatMap((sigma, k) => (k === 0 ? [sigma] : [sigma, sigma])), 0]
}
