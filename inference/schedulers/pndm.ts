import { alphaAt, previousAlphaAt, tableForward } from './diffusion-process.ts'
import { combine, type Term } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { denoisedOf, noiseWeights, predictionOf } from './prediction.ts'
import { beginOf, freshState, type CreateScheduler, type SchedulerState } from './schedule.ts'
import { flagOf, unsupported } from './settings.ts'
import { wholeTimesteps } from './timestep-spacing.ts'

/** Adams-Bashforth weights, newest output first (Liu et al. 2022, equation 12). */
const multistepWeights = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const

const rungeKuttaWeights = [1 / 6, 1 / 3, 1 / 3, 1 / 6] as const

/** From which sample, between which timesteps, with which output. */
type Move = { from: Float32Array; t: number; s: number; output: Float32Array; state: SchedulerState }

/**
 * Liu et al. 2022, "Pseudo numerical methods for diffusion models on manifolds". With skip_prk_steps the second
 * timestep is called twice (a trapezoid) in place of the twelve Runge-Kutta calls.
 */
export const createPndm: CreateScheduler = (config, options) => {
  const table = noiseTable(config)
  const prediction = predictionOf(config)
  if (prediction !== 'epsilon' && prediction !== 'v_prediction') throw unsupported(config, prediction)
  const skipped = flagOf(config, 'skip_prk_steps', false)
  const stride = Math.floor(table.trainSteps / options.steps)
  const spaced = wholeTimesteps(config, options.steps, 'leading')
  const rungeKutta = skipped ? [] : rungeKuttaTimesteps(spaced, stride)
  const timesteps = [
    ...rungeKutta,
    ...(skipped ? [...spaced.slice(0, 2), ...spaced.slice(1)] : spaced.slice(3)),
  ]
  const final = flagOf(config, 'set_alpha_to_one', false) ? 1 : alphaAt(table, 0)

  return {
    schedule: { timesteps, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...tableForward(table, timesteps),
    step(state, { index, sample, modelOutput }) {
      const t = timesteps[index] as number
      const move =
        state.taken < rungeKutta.length
          ? rungeKuttaMove(state, sample, modelOutput, t)
          : multistepMove(state, sample, modelOutput, t)
      return { ...transfer(move), state: { ...move.state, taken: state.taken + 1 } }
    },
  }

  function rungeKuttaMove(state: SchedulerState, sample: Float32Array, m: Float32Array, t: number): Move {
    const phase = state.taken % 4
    const weight = rungeKuttaWeights[phase] as number
    const sum = combine([weight, m], ...(state.sum === undefined ? [] : ([[1, state.sum]] as const)))
    const from = phase === 0 ? sample.slice() : (state.held ?? sample)
    const history = phase === 0 ? [...state.history, m.slice()] : state.history
    const s = t - (phase % 2 === 1 ? 0 : Math.floor(stride / 2))
    const start = rungeKutta[state.taken - phase] as number
    const kept = { taken: state.taken, order: 0, history, held: from }
    if (phase === 3) return { from, t: start, s, output: sum, state: kept }
    return { from, t: start, s, output: m, state: { ...kept, sum } }
  }

  function multistepMove(state: SchedulerState, sample: Float32Array, m: Float32Array, t: number): Move {
    const [first] = state.history
    if (state.taken === 1 && first !== undefined && state.held !== undefined) {
      // The repeated timestep: redo the first step with the mean of both outputs.
      const output = combine([0.5, m], [0.5, first])
      const { held, ...rest } = state
      return { from: held, t: t + stride, s: t, output, state: rest }
    }
    const history = [...state.history.slice(-3), m.slice()]
    const weights = multistepWeights[history.length - 1] ?? []
    const output = combine(
      ...weights.map((weight, i): Term => [weight, history[history.length - 1 - i] as Float32Array]),
    )
    const held = state.taken === 0 ? { held: sample.slice() } : {}
    return {
      from: sample,
      t,
      s: t - stride,
      output,
      state: { taken: state.taken, order: 0, history, ...held },
    }
  }

  /** The transfer part, equation 11, and the x₀ that it passes through. */
  function transfer({ from, t, s, output }: Move): { sample: Float32Array; denoised: Float32Array } {
    const alphaT = alphaAt(table, t)
    const alphaS = previousAlphaAt(table, s, final)
    const [signal, deviation] = [Math.sqrt(alphaT), Math.sqrt(1 - alphaT)]
    const [noiseOfSample, noiseOfOutput] = noiseWeights(prediction, signal, deviation)
    const denominator = alphaT * Math.sqrt(1 - alphaS) + Math.sqrt(alphaT * (1 - alphaT) * alphaS)
    const ofNoise = -(alphaS - alphaT) / denominator
    return {
      sample: combine(
        [Math.sqrt(alphaS / alphaT) + ofNoise * noiseOfSample, from],
        [ofNoise * noiseOfOutput, output],
      ),
      denoised: denoisedOf(prediction, signal, deviation, from, output),
    }
  }
}

/** Four calls for each of the first three steps: at its start, twice at its middle, at its end. */
function rungeKuttaTimesteps(spaced: readonly number[], stride: number): number[] {
  const ascending = spaced.slice(0, 4).reverse()
  const withMiddles = ascending.flatMap((t) => [t, t + Math.floor(stride / 2)])
  return withMiddles
    .slice(0, -1)
    .flatMap((t) => [t, t])
    .slice(1, -1)
    .reverse()
}
