import { fewSteps, solverOrderOf } from './dpm-solver-model.ts'
import { limitOf } from './limiting.ts'
import { combine, type Term } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedOf, noiseOf, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { flagOf } from './settings.ts'
import { solverForward, solverLevels, solverSchedule, type Level } from './solver-schedule.ts'

/** Zhang & Chen 2023, "Fast sampling of diffusion models with exponential integrator", log ρ form (ρAB-DEIS), ρ = σ / α. */
export const createDeis: CreateScheduler = (config, options) => {
  const table = noiseTable(config)
  const { timesteps, sigmas } = solverSchedule(config, options, table, { ends: 'repeated' })
  const levels = solverLevels(config, sigmas)
  const prediction = predictionOf(config)
  const limit = limitOf(config, { thresholds: false }, options.batchShape?.[0])
  const solverOrder = solverOrderOf(config, 3)
  const few = timesteps.length < fewSteps && flagOf(config, 'lower_order_final', true)

  return {
    schedule: { timesteps, sigmas, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...solverForward(levels, timesteps.length),
    step(state, { index, sample, modelOutput }) {
      const [s0, t] = [levels[index] as Level, levels[index + 1] as Level]
      const denoised = limit(denoisedOf(prediction, s0.alpha, s0.sigma, sample, modelOutput))
      const noise = noiseOf(s0.alpha, s0.sigma, sample, denoised)
      const history = [...state.history, noise].slice(-solverOrder)
      const order = Math.min(solverOrder, state.taken + 1, few ? timesteps.length - index : solverOrder)
      const recent = levels.slice(index + 1 - order, index + 1).reverse()
      const next = order === 1 ? firstOrder(sample, noise, s0, t) : higherOrder(sample, history, recent, t)
      return {
        sample: next,
        denoised,
        state: { taken: Math.min(state.taken + 1, solverOrder), order, history },
      }
    },
  }
}

/** α_t / α_s x - σ_t (e^h - 1) ε; see [Note: Rounding like the reference]: both are large where α_s is small. */
function firstOrder(sample: Float32Array, noise: Float32Array, s: Level, t: Level): Float32Array {
  const f = Math.fround
  const lambda = (level: Level): number => f(f(Math.log(f(level.alpha))) - f(Math.log(f(level.sigma))))
  const growth = f(f(Math.exp(f(lambda(t) - lambda(s)))) - 1)
  const ofSample = f(f(t.alpha) / f(s.alpha))
  const ofNoise = f(f(t.sigma) * growth)
  return sample.map((x, i) => f(ofSample * x) - f(ofNoise * (noise[i] as number)))
}

/** Noise outputs integrated through the newest `nodes`, newest first. */
function higherOrder(
  sample: Float32Array,
  history: readonly Float32Array[],
  nodes: readonly Level[],
  t: Level,
): Float32Array {
  const weights = integralWeights(nodes.map(rho), rho(t))
  return combine(
    [t.alpha / (nodes[0] as Level).alpha, sample],
    ...weights.map((weight, age): Term => [
      t.alpha * weight,
      history[history.length - 1 - age] as Float32Array,
    ]),
  )
}

function rho({ alpha, sigma }: Level): number {
  return sigma / alpha
}

/**
 * ∫ from ρ₀ to ρ_t dρ of the Lagrange polynomials in ln ρ through `nodes` (newest, ρ₀, first; at most three).
 * With L = ln ρ the antiderivatives of 1, L and L² are ρ, ρ (L - 1) and ρ (L² - 2 L + 2).
 */
function integralWeights(nodes: readonly number[], end: number): number[] {
  const start = nodes[0] as number
  // Measured from ln ρ₀, so that the differences do not cancel.
  const u = (value: number): number => Math.log(value / start)
  const moment = (power: number): number =>
    antiderivative(power, end, u(end)) - antiderivative(power, start, 0)
  return nodes.map((node, age) => {
    const others = nodes.filter((_, other) => other !== age).map(u)
    const scale = others.reduce((product, other) => product * (u(node) - other), 1)
    const [b, c] = others
    if (b === undefined) return moment(0)
    if (c === undefined) return (moment(1) - b * moment(0)) / scale
    return (moment(2) - (b + c) * moment(1) + b * c * moment(0)) / scale
  })
}

function antiderivative(power: number, value: number, u: number): number {
  if (power === 0) return value
  return power === 1 ? value * (u - 1) : value * (u * u - 2 * u + 2)
}
