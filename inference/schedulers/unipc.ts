import { dpmModel, solverOrderOf } from './dpm-solver-model.ts'
import { unipcFlowLevels } from './flow-levels.ts'
import { combine, type Term } from './linear-combination.ts'
import { noiseTable } from './noise-table.ts'
import { beginOf, freshState, type CreateScheduler, type SchedulerState } from './schedule.ts'
import { choiceOf, flagOf, numbersOf } from './settings.ts'
import { solverForward, solverLevels, solverSchedule, type Level } from './solver-schedule.ts'
import { unipcResidualWeights, type UnipcVariant } from './unipc-weights.ts'

/**
 * Zhao et al. 2023, "UniPC: a unified predictor-corrector framework", algorithms 5 to 8 (UniPC-B_h). The corrector
 * reuses the model output of the predicted sample, so a step costs one call.
 */
export const createUnipc: CreateScheduler = (config, options) => {
  const table = noiseTable(config, { zeroSnr: 'lifted' })
  const { timesteps, sigmas } = solverSchedule(
    config,
    options,
    table,
    { ends: 'configured', smallest: 'schedule', spacesFlow: true },
    unipcFlowLevels,
  )
  const levels = solverLevels(config, sigmas)
  const solverTypes = ['bh2', 'bh1', 'midpoint', 'heun', 'logrho'] as const
  const variant: UnipcVariant = {
    b: choiceOf(config, 'solver_type', solverTypes, 'bh2') === 'bh1' ? 'bh1' : 'bh2',
    predictsX0: flagOf(config, 'predict_x0', true),
  }
  const convert = dpmModel(config, options, variant.predictsX0 ? 'dpmsolver++' : 'dpmsolver')
  const solverOrder = solverOrderOf(config, 3)
  const lowerAtEnd = flagOf(config, 'lower_order_final', true) || sigmas[timesteps.length] === 0
  const uncorrected = new Set(numbersOf(config, 'disable_corrector'))

  return {
    schedule: { timesteps, sigmas, initNoiseSigma: 1, order: 1, begin: beginOf(options) },
    initialState: () => freshState,
    ...solverForward(levels, timesteps.length),
    step(state, { index, sample, modelOutput }) {
      const { denoised, output } = convert(sample, modelOutput, levels[index] as Level)
      const held =
        state.held !== undefined && !uncorrected.has(index - 1)
          ? corrected(state, state.held, output, index)
          : sample.slice()
      const history = [...state.history, output].slice(-solverOrder)
      const remaining = lowerAtEnd ? timesteps.length - index : solverOrder
      const order = Math.min(solverOrder, remaining, state.taken + 1)
      const taken = Math.min(state.taken + 1, solverOrder)
      const next = advance(held, history, index, order)
      return { sample: next, denoised, state: { taken, order, history, held } }
    },
  }

  /** UniP: from the level of `index` to the next. */
  function advance(
    from: Float32Array,
    history: readonly Float32Array[],
    index: number,
    order: number,
  ): Float32Array {
    const nodes = levels.slice(index + 1 - order, index + 1).reverse()
    return move(from, levels[index + 1] as Level, nodes, history)
  }

  /** UniC: the move that led here once more, now with the output at its end. */
  function corrected(
    state: SchedulerState,
    from: Float32Array,
    output: Float32Array,
    index: number,
  ): Float32Array {
    const nodes = levels.slice(index - state.order, index).reverse()
    return move(from, levels[index] as Level, nodes, state.history, output)
  }

  /** `nodes` are the levels of the newest outputs in `history`, newest first. */
  function move(
    from: Float32Array,
    t: Level,
    nodes: readonly Level[],
    history: readonly Float32Array[],
    atEnd?: Float32Array,
  ): Float32Array {
    const s = nodes[0] as Level
    const h = t.lambda - s.lambda
    const [ofSample, ofOutput] = variant.predictsX0
      ? [t.sigma / s.sigma, -t.alpha]
      : [t.alpha / s.alpha, -t.sigma]
    // Output times e^±h - 1, written so that it stays finite in the step to zero noise.
    const ofNewest = variant.predictsX0 ? ofOutput * Math.expm1(-h) : t.sigma - (t.alpha * s.sigma) / s.alpha
    const ratios = nodes.slice(1).map((node) => (node.lambda - s.lambda) / h)
    const residual = unipcResidualWeights(variant, h, ratios, atEnd !== undefined)
    const total = residual.reduce((sum, weight) => sum + weight, 0)
    const newest = history[history.length - 1] as Float32Array
    // Residuals are differences to the newest output, so their weights come off its own.
    return combine(
      [ofSample, from],
      [ofNewest - ofOutput * total, newest],
      ...residual.map((weight, i): Term => {
        const end = i === ratios.length ? atEnd : history[history.length - 2 - i]
        return [ofOutput * weight, end as Float32Array]
      }),
    )
  }
}
