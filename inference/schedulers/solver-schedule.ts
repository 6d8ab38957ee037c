import { levelsOf } from './diffusion-process.ts'
import { combine } from './linear-combination.ts'
import { interpolate, linspace } from './number-series.ts'
import type { NoiseTable } from './noise-table.ts'
import type { ScheduleOptions, Scheduler } from './schedule.ts'
import { choiceOf, flagOf, numberOf, type SchedulerConfig } from './settings.ts'
import { toFloat32 } from './sigma-schedule.ts'
import {
  sigmaSpacingOf,
  spacedSigmas,
  timestepOf,
  uniformLambdaSigmas,
  type SigmaSpacing,
} from './sigma-spacing.ts'
import { solverTimesteps } from './timestep-spacing.ts'

/** One whole timestep per step, and the noise-to-signal ratios (or flow levels) with the terminal one. */
export type SolverSchedule = { timesteps: number[]; sigmas: number[] }

export type SolverTraits = {
  /** what stands at the end: as final_sigmas_type says, or the last level once more (DEIS) */
  ends: 'configured' | 'repeated'
  /** what final_sigmas_type 'sigma_min' means where the levels do not come from the table */
  smallest?: 'table' | 'schedule'
  /** timestep_spacing is known; DPM-Solver single-step is always 'linspace' */
  spaced?: boolean
  lambdaClipped?: boolean
  uniformLambda?: boolean
  /** Karras levels of a flow (UniPC alone): σ of noise-to-signal ratios becomes σ / (1 + σ) */
  spacesFlow?: boolean
  /** fractional Karras timesteps with the cosine schedule */
  cosineUnrounded?: boolean
}

/** Levels before the terminal one, and whether they were read off the training table. */
type Levels = { timesteps: number[]; sigmas: number[]; fromTable?: boolean }

/** The schedule of the exponential integrators: DPM-Solver, DEIS, UniPC. */
export function solverSchedule(
  config: SchedulerConfig,
  options: ScheduleOptions,
  table: NoiseTable,
  traits: SolverTraits,
  flowLevels: (config: SchedulerConfig, options: ScheduleOptions) => Levels = invertedFlowLevels,
): SolverSchedule {
  const { timesteps, sigmas, fromTable } = levelsBefore(config, options, table, traits, flowLevels)
  return {
    timesteps: timesteps.map(Math.trunc),
    sigmas: toFloat32([...sigmas, terminal(config, sigmas, table, traits, fromTable === true)]),
  }
}

function levelsBefore(
  config: SchedulerConfig,
  options: ScheduleOptions,
  table: NoiseTable,
  traits: SolverTraits,
  flowLevels: (config: SchedulerConfig, options: ScheduleOptions) => Levels,
): Levels {
  const spacing = sigmaSpacingOf(config)
  const logSigmas = table.sigmas.map((sigma) => Math.log(sigma))
  if (spacing !== undefined) return spacedLevels(config, options.steps, table, logSigmas, spacing, traits)
  if (traits.uniformLambda === true && flagOf(config, 'use_lu_lambdas', false)) {
    const sigmas = uniformLambdaSigmas(logSigmas, options.steps)
    return { sigmas, timesteps: foundTimesteps(config, sigmas, logSigmas, traits) }
  }
  if (flagOf(config, 'use_flow_sigmas', false)) return flowLevels(config, options)
  const last = table.trainSteps - (traits.lambdaClipped === true ? clippedSteps(config, table) : 0)
  const spaced = traits.spaced === false ? { ...config, timestep_spacing: 'linspace' } : config
  const timesteps = options.timesteps ?? solverTimesteps(spaced, options.steps, last)
  return { timesteps, sigmas: timesteps.map((t) => interpolate(table.sigmas, t)), fromTable: true }
}

function spacedLevels(
  config: SchedulerConfig,
  steps: number,
  table: NoiseTable,
  logSigmas: Float32Array,
  spacing: SigmaSpacing,
  traits: SolverTraits,
): Levels {
  const min = numberOf(config, 'sigma_min', table.sigmas[0] ?? 0)
  const max = numberOf(config, 'sigma_max', table.sigmas.at(-1) ?? 0)
  const sigmas = spacedSigmas(spacing, min, max, steps)
  if (spacing === 'karras' && traits.spacesFlow === true && flagOf(config, 'use_flow_sigmas', false)) {
    const levels = sigmas.map((sigma) => sigma / (sigma + 1))
    return { sigmas: levels, timesteps: levels.map((sigma) => sigma * table.trainSteps) }
  }
  if (spacing === 'karras') {
    return { sigmas, timesteps: foundTimesteps(config, sigmas, logSigmas, traits) }
  }
  return { sigmas, timesteps: sigmas.map((sigma) => timestepOf(sigma, logSigmas)) }
}

function foundTimesteps(
  config: SchedulerConfig,
  sigmas: readonly number[],
  logSigmas: Float32Array,
  { cosineUnrounded }: SolverTraits,
): number[] {
  const found = sigmas.map((sigma) => timestepOf(sigma, logSigmas))
  const unrounded = cosineUnrounded === true && config['beta_schedule'] === 'squaredcos_cap_v2'
  return unrounded ? found : found.map((t) => Math.round(t))
}

/** How many of the noisiest training steps lie below lambda_min_clipped (for ᾱ_T = 0). */
function clippedSteps(config: SchedulerConfig, { alphasCumprod }: NoiseTable): number {
  const minimum = numberOf(config, 'lambda_min_clipped', -Infinity)
  return alphasCumprod.filter((alpha) => Math.log(alpha / (1 - alpha)) / 2 < minimum).length
}

/** Levels from 1 - 1/T down, shifted once; the last, which is 0, is left to the terminal one. */
function invertedFlowLevels(config: SchedulerConfig, { steps, mu }: ScheduleOptions): Levels {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  const dynamic = mu !== undefined && flagOf(config, 'use_dynamic_shifting', false)
  const shift = dynamic ? Math.exp(mu) : numberOf(config, 'flow_shift', 1)
  const sigmas = linspace(1, 1 / trainSteps, steps + 1)
    .map((alpha) => 1 - alpha)
    .map((sigma) => (shift * sigma) / (1 + (shift - 1) * sigma))
    .reverse()
    .slice(0, -1)
  return { sigmas, timesteps: sigmas.map((sigma) => sigma * trainSteps) }
}

function terminal(
  config: SchedulerConfig,
  sigmas: readonly number[],
  table: NoiseTable,
  traits: SolverTraits,
  fromTable: boolean,
): number {
  const smallest = table.sigmas[0] as number
  const last = sigmas[sigmas.length - 1] ?? 0
  if (traits.ends === 'repeated') return fromTable ? smallest : last
  const ends = choiceOf(config, 'final_sigmas_type', ['zero', 'sigma_min'], 'zero')
  if (ends === 'zero') return 0
  return fromTable || traits.smallest !== 'schedule' ? smallest : last
}

/** α, σ and λ = ln α - ln σ of x_t = α x₀ + σ ε. */
export type Level = { alpha: number; sigma: number; lambda: number }

/** The levels at which the solver works, one per entry of `sigmas`. */
export function solverLevels(config: SchedulerConfig, sigmas: readonly number[]): Level[] {
  const flow = flagOf(config, 'use_flow_sigmas', false)
  return sigmas.map((value) => {
    const { alpha, sigma } = flow ? { alpha: 1 - value, sigma: value } : levelsOf(value)
    return { alpha, sigma, lambda: Math.log(alpha) - Math.log(sigma) }
  })
}

/** Unscaled input, x_t = α x₀ + σ ε at the level of each step. */
export function solverForward(
  levels: readonly Level[],
  calls: number,
): Pick<Scheduler, 'scaleInput' | 'addNoise'> {
  return {
    scaleInput: (sample) => sample,
    addNoise(clean, noise, index) {
      if (index >= calls) return clean.slice()
      const { alpha, sigma } = levels[index] as Level
      return combine([alpha, clean], [sigma, noise])
    },
  }
}
