import { algorithmOf, dpmModel, solverOrderOf, solverTypeOf } from './dpm-solver-model.ts'
import { dpmWeights } from './dpm-solver-weights.ts'
import { combine } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { beginOf, freshState, type CreateScheduler } from './schedule.ts'
import { flagOf, unsupported, type SchedulerConfig } from './settings.ts'
import { solverForward, solverLevels, solverSchedule, type Level } from './solver-schedule.ts'

/**
 * Lu et al. 2022, "DPM-Solver++", algorithm 1 (2S) and "DPM-Solver", algorithm 2 (third order): the listed steps are
 * grouped by two or three, and each member of a group starts again from the group's first sample.
 */
export const createDpmSolverSinglestep: CreateScheduler = (config, options) => {
  const { timesteps, sigmas } = solverSchedule(config, options, noiseTable(config), {
    ends: 'configured',
    spaced: false,
    lambdaClipped: true,
  })
  const levels = solverLevels(config, sigmas)
  const algorithm = algorithmOf(config)
  if (algorithm === 'sde-dpmsolver') throw unsupported(config, algorithm)
  const midpoint = solverTypeOf(config) === 'midpoint'
  const convert = dpmModel(config, options, algorithm)
  const solverOrder = solverOrderOf(config, 3)
  const orders = orderList(config, timesteps.length, solverOrder, sigmas[timesteps.length] === 0)

  return {
    schedule: { timesteps, sigmas, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...solverForward(levels, timesteps.length),
    step(state, { index, sample, modelOutput, noise }) {
      const t = levels[index + 1] as Level
      const { denoised, output: m0 } = convert(sample, modelOutput, levels[index] as Level)
      const history = [...state.history, m0].slice(-solverOrder)
      const [m1, m2] = [history[history.length - 2], history[history.length - 3]]
      const drawn = algorithm.startsWith('sde') ? noise() : m0
      // An image-to-image run may begin inside a group.
      const order = Math.min(orders[index] ?? 1, history.length)
      const held = order === 1 || state.held === undefined ? sample.slice() : state.held
      const next = advance()
      return { sample: next, denoised, state: { taken: 0, order, history, held } }

      function advance(): Float32Array {
        const s = levels[index + 1 - order] as Level
        const weights = dpmWeights(algorithm, s, t)
        const from = [weights.sample, held] as const
        const ofNoise = [weights.noise, drawn] as const
        const ratio = (age: number): number =>
          ((levels[index - age] as Level).lambda - s.lambda) / (t.lambda - s.lambda)
        if (order === 1 || m1 === undefined) return combine(from, [weights.d0, m0], ofNoise)
        const r0 = ratio(0)
        if (order === 2 || m2 === undefined) {
          // D0 = m1, D1 = (m0 - m1) / r0
          const d1 = (midpoint ? weights.d1Midpoint : weights.d1Heun) / r0
          return combine(from, [d1, m0], [weights.d0 - d1, m1], ofNoise)
        }
        // D0 = m2, Δ1 = (m0 - m2) / r0, Δ0 = (m1 - m2) / r1
        const r1 = ratio(1)
        // D1 = (r0 Δ0 - r1 Δ1) / (r0 - r1), D2 = 2 (Δ1 - Δ0) / (r0 - r1); the midpoint rule takes Δ1 alone
        const ofDelta1 = midpoint ? weights.d1Heun : (2 * weights.d2 - r1 * weights.d1Heun) / (r0 - r1)
        const ofDelta0 = midpoint ? 0 : (r0 * weights.d1Heun - 2 * weights.d2) / (r0 - r1)
        const a = ofDelta1 / r0
        const b = ofDelta0 / r1
        return combine(from, [a, m0], [b, m1], [weights.d0 - a - b, m2], ofNoise)
      }
    },
  }
}

/** 1, 2, …, order repeated; what is left over at the end, and an endless last step, get lower orders. */
function orderList(config: SchedulerConfig, steps: number, order: number, endless: boolean): number[] {
  const uneven = steps % order !== 0
  const lowerAtEnd = flagOf(config, 'lower_order_final', false) || uneven || endless
  const orders = Array.from({ length: steps }, (_, i) => (i % order) + 1)
  // A full last group would end in the highest order.
  if (lowerAtEnd && !uneven && order > 1) orders[steps - 1] = 1
  if (endless) orders[steps - 1] = 1
  return orders
}
