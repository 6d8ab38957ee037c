import { alphaAt, previousAlphaAt, tableForward } from './diffusion-process.ts'
import { limitOf } from './limiting.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedOf, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { choiceOf } from './settings.ts'
import { wholeTimesteps } from './timestep-spacing.ts'

const varianceTypes = ['fixed_small', 'fixed_small_log', 'fixed_large', 'fixed_large_log'] as const

/** Ho et al. 2020, "Denoising diffusion probabilistic models", equations 6 and 7 (algorithm 2). */
export const createDdpm: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { zeroSnr: 'kept' })
  const prediction = predictionOf(config)
  const limit = limitOf(config, { clips: true, thresholds: false }, options.batchShape?.[0])
  const large = choiceOf(config, 'variance_type', varianceTypes, 'fixed_small').startsWith('fixed_large')
  const timesteps = options.timesteps ?? wholeTimesteps(config, options.steps, 'leading')

  return {
    schedule: { timesteps, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...tableForward(table, timesteps),
    step(state, { index, sample, modelOutput, noise }) {
      const t = timesteps[index] as number
      const alphaBarT = alphaAt(table, t)
      const alphaBarS = previousAlphaAt(table, timesteps[index + 1] ?? -1, 1)
      const alphaT = alphaBarT / alphaBarS
      const betaT = 1 - alphaT
      const [signal, deviation] = [Math.sqrt(alphaBarT), Math.sqrt(1 - alphaBarT)]
      const denoised = limit(denoisedOf(prediction, signal, deviation, sample, modelOutput))
      const posterior = Math.max(((1 - alphaBarS) / (1 - alphaBarT)) * betaT, 1e-20)
      const next = combine(
        [(Math.sqrt(alphaBarS) * betaT) / (1 - alphaBarT), denoised],
        [(Math.sqrt(alphaT) * (1 - alphaBarS)) / (1 - alphaBarT), sample],
        ...(t > 0 ? ([[Math.sqrt(large ? betaT : posterior), noise()]] as const) : []),
      )
      return { sample: next, denoised, state }
    },
  }
}
