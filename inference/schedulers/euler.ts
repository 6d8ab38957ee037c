import { sigmaForward } from './diffusion-process.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedUnscaled, moved, predictionOf } from './prediction.ts'
import { beginOf, freshState, type Churn, type CreateScheduler, type ScheduleOptions } from './schedule.ts'
import { choiceOf, type SchedulerConfig } from './settings.ts'
import { initialSigma, sigmaSchedule, toFloat32 } from './sigma-schedule.ts'
import { timestepOf } from './sigma-spacing.ts'

/** Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", algorithm 2 without its correction. */
export const createEuler: CreateScheduler = (config, options) => {
  const { sigmas, timesteps } = eulerSchedule(config, options)
  const prediction = predictionOf(config)

  return {
    schedule: {
      timesteps,
      sigmas,
      initNoiseSigma: initialSigma(config, sigmas),
      order: 1,
      begin: beginOf(options),
    },
    initialState: () => freshState,
    ...sigmaForward(sigmas, timesteps.length),
    step(state, { index, sample, modelOutput, noise }) {
      const sigma = sigmas[index] as number
      const gamma = churnFactor(options.churn, sigma, sigmas.length - 1)
      const sigmaHat = sigma * (gamma + 1)
      const added = Math.sqrt(sigmaHat * sigmaHat - sigma * sigma) * (options.churn?.noise ?? 1)
      const raised = gamma > 0 ? combine([1, sample], [added, noise()]) : sample
      const level = prediction === 'v_prediction' ? sigma : sigmaHat
      const denoised = denoisedUnscaled(prediction, level, raised, modelOutput)
      const difference = (sigmas[index + 1] as number) - sigmaHat
      return { sample: moved(raised, raised, denoised, sigmaHat, difference), denoised, state }
    },
  }
}

/** γ of algorithm 2: how much the noise is raised before a step; `levels` is the number of steps. */
export function churnFactor(churn: Churn | undefined, sigma: number, levels: number): number {
  if (churn === undefined || sigma < (churn.minimum ?? 0) || sigma > (churn.maximum ?? Infinity)) return 0
  return Math.min(churn.amount / levels, Math.SQRT2 - 1)
}

function eulerSchedule(
  config: SchedulerConfig,
  options: ScheduleOptions,
): { timesteps: number[]; sigmas: number[] } {
  const table = noiseTable(config, { zeroSnr: 'lifted' })
  const continuous =
    choiceOf(config, 'timestep_type', ['discrete', 'continuous'], 'discrete') === 'continuous' &&
    predictionOf(config) === 'v_prediction'
  const schedule = sigmaSchedule(config, options, table, { interpolated: true })
  const ends = choiceOf(config, 'final_sigmas_type', ['zero', 'sigma_min'], 'zero')
  const terminal = ends === 'zero' ? 0 : (table.sigmas[0] as number)
  const sigmas = toFloat32(options.sigmas ?? [...schedule.sigmas, terminal])
  if (continuous) return { sigmas, timesteps: sigmas.slice(0, -1).map((sigma) => 0.25 * Math.log(sigma)) }
  if (options.sigmas === undefined) return { sigmas, timesteps: toFloat32(schedule.timesteps) }
  const timesteps = sigmas.slice(0, -1).map((sigma) => timestepOf(sigma, schedule.logSigmas))
  return { sigmas, timesteps: toFloat32(timesteps) }
}
