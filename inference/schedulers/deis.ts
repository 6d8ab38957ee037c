import { fewSteps, solverOrderOf } from './dpm-solver-model.ts'
import { limitOf } from './limiting.ts'
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
  const f = Math.fround
  const weights = integralWeights(nodes.map(rhoOf), rhoOf(t))
  const [alphaT, alphaS] = [f(t.alpha), f((nodes[0] as Level).alpha)]
  return sample.map((x, i) => {
    let sum = f(x / alphaS)
    for (let age = 0; age < weights.length; age++) {
      const noise = (history[history.length - 1 - age] as Float32Array)[i] as number
      sum = f(sum + f((weights[age] as number) * noise))
    }
    return alphaT * sum
  })
}

function rhoOf({ alpha, sigma }: Level): number {
  return Math.fround(Math.fround(sigma) / Math.fround(alpha))
}

/**
 * ∫ from ρ₀ to ρ_t dρ of the Lagrange polynomials in ln ρ through `nodes` (newest, ρ₀, first; two or three).
 * Rounded as the reference does: the antiderivatives nearly cancel when steps are short.
 */
function integralWeights(nodes: readonly number[], end: number): number[] {
  const f = Math.fround
  const start = nodes[0] as number
  const antiderivative = nodes.length === 2 ? ofLinear : ofQuadratic
  return nodes.map((_, age) => {
    const rotated = [...nodes.slice(age), ...nodes.slice(0, age)].map((node) => f(Math.log(node)))
    return f(antiderivative(end, rotated) - antiderivative(start, rotated))
  })
}

/** ∫ (ln ρ - c) / (b - c) dρ = ρ (ln ρ - c - 1) / (b - c) */
function ofLinear(rho: number, [b = 0, c = 0]: readonly number[]): number {
  const f = Math.fround
  return f(f(rho * f(f(f(Math.log(rho)) - c) - 1)) / f(b - c))
}

/** ∫ (ln ρ - c) (ln ρ - d) / ((b - c) (b - d)) dρ */
function ofQuadratic(rho: number, [b = 0, c = 0, d = 0]: readonly number[]): number {
  const f = Math.fround
  const u = f(Math.log(rho))
  const product = f(f(c * f(f(d - u) + 1)) - f(d * u))
  const sum = f(f(f(f(product + d) + f(u * u)) - f(2 * u)) + 2)
  return f(f(rho * sum) / f(f(b - c) * f(b - d)))
}
