import { algorithmOf, dpmModel, fewSteps, solverOrderOf, solverTypeOf } from './dpm-solver-model.ts'
import { dpmWeights } from './dpm-solver-weights.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { flagOf, type SchedulerConfig } from './settings.ts'
import { solverForward, solverLevels, solverSchedule, type Level } from './solver-schedule.ts'

/** Lu et al. 2022, "DPM-Solver++", algorithm 2 (2M), its third order (3M) and their SDE forms. */
export const createDpmSolverMultistep: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { zeroSnr: 'lifted' })
  const { timesteps, sigmas } = solverSchedule(config, options, table, {
    ends: 'configured',
    lambdaClipped: true,
    uniformLambda: true,
    cosineUnrounded: true,
  })
  const levels = solverLevels(config, sigmas)
  const algorithm = algorithmOf(config)
  const midpoint = solverTypeOf(config) === 'midpoint'
  const convert = dpmModel(config, options, algorithm)
  const solverOrder = solverOrderOf(config, algorithm === 'sde-dpmsolver' ? 2 : 3)
  const orderAt = orderRule(config, sigmas, timesteps.length)

  return {
    schedule: { timesteps, sigmas, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...solverForward(levels, timesteps.length),
    step(state, { index, sample, modelOutput, noise }) {
      const [s0, t] = [levels[index] as Level, levels[index + 1] as Level]
      const { denoised, output: m0 } = convert(sample, modelOutput, s0)
      const history = [...state.history, m0].slice(-solverOrder)
      const [m1, m2] = [history[history.length - 2], history[history.length - 3]]
      // Karras sigmas that end in their own smallest make a last step of no length.
      const highest = t.lambda === s0.lambda ? 1 : orderAt(index)
      const order = Math.min(solverOrder, state.taken + 1, highest)
      const weights = dpmWeights(algorithm, s0, t)
      const drawn = algorithm.startsWith('sde') ? noise() : m0
      const taken = Math.min(state.taken + 1, solverOrder)
      const next = advance()
      return { sample: next, denoised, state: { taken, order, history } }

      function advance(): Float32Array {
        const ofNoise = [weights.noise, drawn] as const
        if (order === 1 || m1 === undefined) {
          return combine([weights.sample, sample], [weights.d0, m0], ofNoise)
        }
        const h = t.lambda - s0.lambda
        const s1 = levels[index - 1] as Level
        const r0 = (s0.lambda - s1.lambda) / h
        if (order === 2 || m2 === undefined) {
          // D1 = (m0 - m1) / r0
          const d1 = (midpoint ? weights.d1Midpoint : weights.d1Heun) / r0
          return combine([weights.sample, sample], [weights.d0 + d1, m0], [-d1, m1], ofNoise)
        }
        // D1 = Δ0 + r0 / (r0 + r1) (Δ0 - Δ1), D2 = (Δ0 - Δ1) / (r0 + r1), with Δ0 = (m0 - m1) / r0, Δ1 = (m1 - m2) / r1
        const r1 = (s1.lambda - (levels[index - 2] as Level).lambda) / h
        const ofDelta1 = (-weights.d1Heun * r0 - weights.d2) / (r0 + r1)
        const a = (weights.d1Heun - ofDelta1) / r0
        const b = ofDelta1 / r1
        return combine([weights.sample, sample], [weights.d0 + a, m0], [b - a, m1], [-b, m2], ofNoise)
      }
    },
  }
}

/** The highest order at each step: it falls towards the end, where the steps in λ are long or endless. */
function orderRule(
  config: SchedulerConfig,
  sigmas: readonly number[],
  steps: number,
): (index: number) => number {
  const few = steps < fewSteps && flagOf(config, 'lower_order_final', true)
  const endless = sigmas[steps] === 0
  const firstOrderAtEnd = few || endless || flagOf(config, 'euler_at_final', false)
  return (index) => {
    if (index === steps - 1 && firstOrderAtEnd) return 1
    return index === steps - 2 && few ? 2 : 3
  }
}
