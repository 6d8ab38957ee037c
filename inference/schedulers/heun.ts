import { sigmaForward } from './diffusion-process.ts'
import { limitOf } from './limiting.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { along, denoisedUnscaled, derivativeOf, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { initialSigma, repeatAllButFirst, sigmaSchedule, toFloat32 } from './sigma-schedule.ts'

/** Karras et al. 2022, algorithm 1: an Euler step, then the trapezoid through both derivatives. */
export const createHeun: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { betaStart: 0.00085, betaEnd: 0.012 })
  const schedule = sigmaSchedule(config, options, table)
  const sigmas = toFloat32([...repeatAllButFirst(schedule.sigmas), 0])
  const timesteps = toFloat32(repeatAllButFirst(schedule.timesteps))
  const prediction = predictionOf(config)
  const limit = limitOf(config, { clips: false })

  return {
    schedule: {
      timesteps,
      sigmas,
      initNoiseSigma: initialSigma(config, sigmas),
      order: 2,
      begin: beginOf(options, 2),
    },
    initialState: () => freshState,
    ...sigmaForward(sigmas, timesteps.length),
    step(state, { index, sample, modelOutput }) {
      const level = sigmas[index] as number
      const denoised = limit(denoisedUnscaled(prediction, level, sample, modelOutput))
      const derivative = derivativeOf(sample, denoised, level)
      const [first] = state.history
      if (first === undefined || state.held === undefined) {
        const next = along(sample, derivative, (sigmas[index + 1] as number) - level)
        return { sample: next, denoised, state: { ...state, history: [derivative], held: sample.slice() } }
      }
      const mean = combine([0.5, first], [0.5, derivative])
      const next = along(state.held, mean, level - (sigmas[index - 1] as number))
      return { sample: next, denoised, state: freshState }
    },
  }
}
