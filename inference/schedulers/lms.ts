import { sigmaForward } from './diffusion-process.ts'
import { combine, type Term } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedUnscaled, derivativeOf, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { initialSigma, sigmaSchedule, toFloat32 } from './sigma-schedule.ts'

const maximumOrder = 4

/** Linear multistep (Adams-Bashforth) in σ, after k-diffusion; Hairer et al., "Solving ODEs I", III.1. */
export const createLms: CreateScheduler = (config, options) => {
  const schedule = sigmaSchedule(config, options, noiseTable(config))
  const sigmas = toFloat32([...schedule.sigmas, 0])
  const prediction = predictionOf(config)
  const timesteps = toFloat32(schedule.timesteps)
  const highest = Math.min(Math.max(Math.trunc(options.order ?? maximumOrder), 1), maximumOrder)

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
    step(state, { index, sample, modelOutput }) {
      const sigma = sigmas[index] as number
      const denoised = denoisedUnscaled(prediction, sigma, sample, modelOutput)
      const derivative = derivativeOf(sample, denoised, sigma)
      const history = [...state.history, derivative].slice(-highest)
      // The order counts the schedule's steps, also where an image-to-image run has not made them.
      const order = Math.min(index + 1, highest)
      const terms = history.map((earlier, i): Term => {
        const age = history.length - 1 - i
        return [age < order ? lagrangeIntegral(sigmas, index, order, age) : 0, earlier]
      })
      return { sample: combine([1, sample], ...terms), denoised, state: { ...state, history } }
    },
  }
}

/**
 * ∫ from σ_t to σ_{t+1} of the Lagrange polynomial through the last `order` levels that is 1 at σ_{t - age}.
 * Two Gauss-Legendre points are exact up to the third degree.
 */
function lagrangeIntegral(sigmas: readonly number[], t: number, order: number, age: number): number {
  const from = sigmas[t] as number
  const half = ((sigmas[t + 1] as number) - from) / 2
  const offset = half / Math.sqrt(3)
  const polynomial = (tau: number): number => {
    let product = 1
    const own = sigmas[t - age] as number
    for (let k = 0; k < order; k++) {
      if (k === age) continue
      const other = sigmas[t - k] as number
      product *= (tau - other) / (own - other)
    }
    return product
  }
  return half * (polynomial(from + half - offset) + polynomial(from + half + offset))
}
