import { churnFactor } from './euler.ts'
import { flowMatchLevels } from './flow-levels.ts'
import { flowForward } from './flow-match-euler.ts'
import { combine } from './linear-combination.ts'
import { along, denoisedUnscaled, derivativeOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { numberOf } from './settings.ts'
import { repeatAllButFirst, toFloat32 } from './sigma-schedule.ts'

/** Karras et al. 2022, algorithm 1, on the straight paths of Lipman et al. 2023. */
export const createFlowMatchHeun: CreateScheduler = (config, options) => {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  const levels = toFloat32(flowMatchLevels(config, options))
  const sigmas = [...repeatAllButFirst(levels), 0]
  const timesteps = toFloat32(repeatAllButFirst(levels.map((sigma) => sigma * trainSteps)))
  const steps = sigmas.length - 1

  return {
    schedule: { timesteps, sigmas, initNoiseSigma: 1, order: 2, begin: beginOf(options, 2) },
    initialState: () => freshState,
    ...flowForward(sigmas, timesteps.length),
    step(state, { index, sample, modelOutput, noise }) {
      const level = sigmas[index] as number
      const [first] = state.history
      const from = first === undefined ? level : (sigmas[index - 1] as number)
      const gamma = churnFactor(options.churn, from, steps)
      const sigmaHat = from * (gamma + 1)
      const added = Math.sqrt(sigmaHat * sigmaHat - from * from) * (options.churn?.noise ?? 1)
      const raised = gamma > 0 ? combine([1, sample], [added, noise()]) : sample
      const denoised = denoisedUnscaled('flow_prediction', level, raised, modelOutput)
      const derivative = derivativeOf(raised, denoised, first === undefined ? sigmaHat : level)
      if (first === undefined || state.held === undefined) {
        const next = along(raised, derivative, (sigmas[index + 1] as number) - sigmaHat)
        return { sample: next, denoised, state: { ...state, history: [derivative], held: raised.slice() } }
      }
      const mean = combine([0.5, first], [0.5, derivative])
      const next = along(state.held, mean, level - sigmaHat)
      return { sample: next, denoised, state: freshState }
    },
  }
}
