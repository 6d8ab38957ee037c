import { flowMatchLevels } from './flow-levels.ts'
import { combine } from './linear-combination.ts'
import { along, blend } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler, type Scheduler } from './schedule.ts'
import { flagOf, numberOf } from './settings.ts'
import { toFloat32 } from './sigma-schedule.ts'

/**
 * Lipman et al. 2023, "Flow matching for generative modeling": x_σ = (1 - σ) x₀ + σ ε, the model gives v = ε - x₀,
 * and Euler's method follows it. `stochastic_sampling` goes by way of x₀ and fresh noise instead.
 */
export const createFlowMatchEuler: CreateScheduler = (config, options) => {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  const inverted = flagOf(config, 'invert_sigmas', false)
  const levels = toFloat32(flowMatchLevels(config, options)).map((sigma) => (inverted ? 1 - sigma : sigma))
  const sigmas = toFloat32([...levels, inverted ? 1 : 0])
  const timesteps = levels.map((sigma) => Math.fround(Math.fround(sigma) * trainSteps))
  const stochastic = flagOf(config, 'stochastic_sampling', false)

  return {
    schedule: { timesteps, sigmas, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...flowForward(sigmas, timesteps.length),
    step(state, { index, sample, modelOutput, noise }) {
      const sigma = sigmas[index] as number
      const to = sigmas[index + 1] as number
      const denoised = combine([1, sample], [-sigma, modelOutput])
      const next = stochastic
        ? combine([1 - to, denoised], [to, noise()])
        : along(sample, modelOutput, to - sigma)
      return { sample: next, denoised, state }
    },
  }
}

/** x_σ = (1 - σ) x₀ + σ ε; the input is not scaled. */
export function flowForward(
  sigmas: readonly number[],
  calls: number,
): Pick<Scheduler, 'scaleInput' | 'addNoise'> {
  return {
    scaleInput: (sample) => sample,
    addNoise(clean, noise, index) {
      if (index >= calls) return clean.slice()
      const sigma = sigmas[index] as number
      return blend(clean, 1 - sigma, noise, sigma)
    },
  }
}
