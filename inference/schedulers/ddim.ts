import { alphaAt, previousAlphaAt, tableForward } from './diffusion-process.ts'
import { limitOf } from './limiting.ts'
import { combine, type Term } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedOf, noiseOf, noiseWeights, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { flagOf } from './settings.ts'
import { wholeTimesteps } from './timestep-spacing.ts'

/** Song et al. 2021, "Denoising diffusion implicit models", equations 12 and 16. */
export const createDdim: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { zeroSnr: 'kept' })
  const prediction = predictionOf(config)
  const limit = limitOf(config, { clips: true, thresholds: false }, options.batchShape?.[0])
  const timesteps = wholeTimesteps(config, options.steps, 'leading')
  const final = flagOf(config, 'set_alpha_to_one', true) ? 1 : alphaAt(table, 0)
  // Always the same distance, also where the listed timesteps are spaced otherwise.
  const stride = Math.floor(table.trainSteps / options.steps)
  const eta = options.eta ?? 0

  return {
    schedule: { timesteps, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...tableForward(table, timesteps),
    step(state, { index, sample, modelOutput, noise }) {
      const t = timesteps[index] as number
      const alphaT = alphaAt(table, t)
      const alphaS = previousAlphaAt(table, t - stride, final)
      const [signal, deviation] = [Math.sqrt(alphaT), Math.sqrt(1 - alphaT)]
      const denoised = limit(denoisedOf(prediction, signal, deviation, sample, modelOutput))
      const sigma = eta * Math.sqrt(((1 - alphaS) / (1 - alphaT)) * (1 - alphaT / alphaS))
      const direction = Math.sqrt(Math.max(1 - alphaS - sigma * sigma, 0))
      const [noiseOfSample, noiseOfOutput] = noiseWeights(prediction, signal, deviation)
      const pointing: Term[] =
        options.limitsNoise === true
          ? [[direction, noiseOf(signal, deviation, sample, denoised)]]
          : [
              [direction * noiseOfSample, sample],
              [direction * noiseOfOutput, modelOutput],
            ]
      const fresh: Term[] = eta > 0 ? [[sigma, noise()]] : []
      const next = combine([Math.sqrt(alphaS), denoised], ...pointing, ...fresh)
      return { sample: next, denoised, state }
    },
  }
}
