import { interpolate, torchLinspace } from './number-series.ts'
import type { NoiseTable } from './noise-table.ts'
import { numberOf, type SchedulerConfig } from './settings.ts'
import type { ScheduleOptions } from './schedule.ts'
import { sigmaSpacingOf, spacedSigmas, timestepOf } from './sigma-spacing.ts'
import { spacedTimesteps, spacingOf } from './timestep-spacing.ts'

/** One timestep and one noise level per step, without the terminal level; both still in double. */
export type SigmaSchedule = { timesteps: number[]; sigmas: number[]; logSigmas: Float32Array }

export type SigmaScheduleTraits = {
  /** Euler ancestral has none of the sigma spacings */
  respaced?: boolean
  /** KDPM2 rounds the timesteps of Karras sigmas */
  roundsKarras?: boolean
  /** Euler alone knows interpolation_type */
  interpolated?: boolean
}

/** The schedule of Euler, Euler ancestral, LMS, Heun and KDPM2: sigmas read off the table at the timesteps. */
export function sigmaSchedule(
  config: SchedulerConfig,
  options: ScheduleOptions,
  table: NoiseTable,
  { respaced = true, roundsKarras = false, interpolated = false }: SigmaScheduleTraits = {},
): SigmaSchedule {
  const logSigmas = table.sigmas.map((sigma) => Math.log(sigma))
  const given = options.timesteps ?? spacedTimesteps(config, options.steps, 'linspace')
  const timesteps = given.map((t) => Math.fround(t))
  const sigmas =
    interpolated && config['interpolation_type'] === 'log_linear'
      ? logLinear(logSigmas, timesteps.length)
      : timesteps.map((t) => interpolate(table.sigmas, t))
  const spacing = respaced ? sigmaSpacingOf(config) : undefined
  if (spacing === undefined) return { timesteps, sigmas, logSigmas }
  const min = numberOf(config, 'sigma_min', sigmas.at(-1) ?? 0)
  const max = numberOf(config, 'sigma_max', sigmas[0] ?? 0)
  const spaced = spacedSigmas(spacing, min, max, timesteps.length)
  const found = spaced.map((sigma) => timestepOf(sigma, logSigmas))
  const rounded = roundsKarras && spacing === 'karras' ? found.map((t) => Math.round(t)) : found
  return { timesteps: rounded, sigmas: spaced, logSigmas }
}

/** One more than there are steps: the reference appends its terminal level after the table's smallest. */
function logLinear(logSigmas: Float32Array, steps: number): number[] {
  const from = logSigmas[logSigmas.length - 1] as number
  return torchLinspace(from, logSigmas[0] as number, steps + 1).map((lambda) => Math.exp(lambda))
}

/** Initial noise fills the largest level; with 'leading' spacing the signal's unit variance is added. */
export function initialSigma(config: SchedulerConfig, sigmas: readonly number[]): number {
  const largest = Math.max(...sigmas)
  return spacingOf(config, 'linspace') === 'leading' ? Math.sqrt(largest * largest + 1) : largest
}

/** As the reference stores them. */
export function toFloat32(values: readonly number[]): number[] {
  return values.map((value) => Math.fround(value))
}

/** [a, b, c] -> [a, b, b, c, c]: the second model call of a step lands on the next level. */
export function repeatAllButFirst(values: readonly number[]): number[] {
  return values.flatMap((value, i) => (i === 0 ? [value] : [value, value]))
}
