import { alphaAt, tableForward } from './diffusion-process.ts'
import { consistencyBegin, originTimesteps } from './lcm.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedOf, noiseWeights, predictionOf } from './prediction.ts'
import { freshState, type CreateScheduler } from './schedule.ts'

/** Zheng et al. 2024, "Trajectory consistency distillation", algorithm 2 (strategic stochastic sampling, γ = eta). */
export const createTcd: CreateScheduler = (config, options) => {
  const table = noiseTable(config, {
    betaStart: 0.00085,
    betaEnd: 0.012,
    betaSchedule: 'scaled_linear',
    zeroSnr: 'kept',
  })
  const prediction = predictionOf(config)
  const timesteps = options.timesteps ?? originTimesteps(config, options)
  const eta = options.eta ?? 0.3

  return {
    schedule: { timesteps, initNoiseSigma: 1, order: 1, begin: consistencyBegin(options) },
    initialState: () => freshState,
    ...tableForward(table, timesteps),
    step(state, { index, sample, modelOutput, noise }) {
      const alphaT = alphaAt(table, timesteps[index] as number)
      const previous = timesteps[index + 1] ?? 0
      const alphaPrevious = alphaAt(table, previous)
      const alphaS = alphaAt(table, Math.floor((1 - eta) * previous))
      const [signal, deviation] = [Math.sqrt(alphaT), Math.sqrt(1 - alphaT)]
      const [noiseOfSample, noiseOfOutput] = noiseWeights(prediction, signal, deviation)
      const denoised = denoisedOf(prediction, signal, deviation, sample, modelOutput)
      const atS = combine(
        [Math.sqrt(alphaS), denoised],
        [Math.sqrt(1 - alphaS) * noiseOfSample, sample],
        [Math.sqrt(1 - alphaS) * noiseOfOutput, modelOutput],
      )
      if (eta <= 0 || index === timesteps.length - 1) return { sample: atS, denoised, state }
      const ratio = alphaPrevious / alphaS
      const next = combine([Math.sqrt(ratio), atS], [Math.sqrt(1 - ratio), noise()])
      return { sample: next, denoised, state }
    },
  }
}
