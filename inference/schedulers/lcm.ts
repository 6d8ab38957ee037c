import { SanggarError } from '../../contract/errors.ts'
import { alphaAt, tableForward } from './diffusion-process.ts'
import { limitOf } from './limiting.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { linspace } from './number-series.ts'
import { denoisedOf, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler, type ScheduleOptions } from './schedule.ts'
import { numberOf, type SchedulerConfig } from './settings.ts'

const sigmaData = 0.5

/** Luo et al. 2023, "Latent consistency models", algorithm 3; boundary scalings of Song et al. 2023, appendix C. */
export const createLcm: CreateScheduler = (config, options) => {
  const table = noiseTable(config, {
    betaStart: 0.00085,
    betaEnd: 0.012,
    betaSchedule: 'scaled_linear',
    zeroSnr: 'kept',
  })
  const prediction = predictionOf(config)
  const limit = limitOf(config, { clips: false, thresholds: false }, options.batchShape?.[0])
  const timesteps = options.timesteps ?? originTimesteps(config, options)
  const scaling = numberOf(config, 'timestep_scaling', 10)

  return {
    schedule: { timesteps, initNoiseSigma: 1, order: 1, begin: consistencyBegin(options) },
    initialState: () => freshState,
    ...tableForward(table, timesteps),
    step(state, { index, sample, modelOutput, noise }) {
      const t = timesteps[index] as number
      const alphaT = alphaAt(table, t)
      const [signal, deviation] = [Math.sqrt(alphaT), Math.sqrt(1 - alphaT)]
      const x0 = limit(denoisedOf(prediction, signal, deviation, sample, modelOutput))
      const scaled = t * scaling
      const square = scaled * scaled + sigmaData * sigmaData
      const denoised = combine([scaled / Math.sqrt(square), x0], [(sigmaData * sigmaData) / square, sample])
      const s = timesteps[index + 1]
      if (s === undefined) return { sample: denoised.slice(), denoised, state }
      const alphaS = alphaAt(table, s)
      const next = combine([Math.sqrt(alphaS), denoised], [Math.sqrt(1 - alphaS), noise()])
      return { sample: next, denoised, state }
    },
  }
}

/** Timesteps from the evenly spaced ones of the distillation, shortened by strength where that rule is asked for. */
export function originTimesteps(config: SchedulerConfig, options: ScheduleOptions): number[] {
  const { steps } = options
  const strength = options.strengthRule === 'consistency' ? (options.strength ?? 1) : 1
  const originSteps = numberOf(config, 'original_inference_steps', 50)
  const distance = Math.floor(numberOf(config, 'num_train_timesteps', 1000) / originSteps)
  const available = Math.trunc(originSteps * strength)
  if (!Number.isInteger(steps) || steps < 1 || steps > available) {
    throw new SanggarError({ code: 'invalid-request', path: 'steps', problem: `1 to ${available}` })
  }
  const picks = linspace(0, available, steps + 1).slice(0, -1)
  return picks.map((pick) => (available - Math.floor(pick)) * distance - 1)
}

/** Nothing is cut off where the schedule itself is shortened. */
export function consistencyBegin(options: ScheduleOptions): number {
  return options.strengthRule === 'consistency' ? 0 : beginOf(options)
}
