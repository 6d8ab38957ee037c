import { linspace } from './number-series.ts'
import type { ScheduleOptions } from './schedule.ts'
import { choiceOf, flagOf, numberOf, optionalNumberOf, type SchedulerConfig } from './settings.ts'
import { sigmaSpacingOf, spacedSigmas } from './sigma-spacing.ts'
import { requireSteps } from './timestep-spacing.ts'

/** The sigmas that Flux hands to its scheduler: 1 down to 1/n, from numpy. */
export function flowSigmas(steps: number): number[] {
  return linspace(1, 1 / steps, steps)
}

/**
 * Esser et al. 2024, "Scaling rectified flow transformers", section 5.3.2: the shift grows with the picture.
 * `sequenceLength` counts the transformer's image tokens.
 */
export function dynamicShiftMu(config: SchedulerConfig, sequenceLength: number): number {
  const base = numberOf(config, 'base_image_seq_len', 256)
  const least = numberOf(config, 'base_shift', 0.5)
  const slope =
    (numberOf(config, 'max_shift', 1.15) - least) / (numberOf(config, 'max_image_seq_len', 4096) - base)
  return sequenceLength * slope + (least - slope * base)
}

type Shift = (sigma: number) => number

/** Given sigmas are float32 in the reference, and so is all that is made of them; its own are double. */
type Rounding = (value: number) => number

const inDouble: Rounding = (value) => value

/** σ' = s σ / (1 + (s - 1) σ) (Esser et al. 2024, equation 23). */
function staticShift(shift: number, r: Rounding = inDouble): Shift {
  return (sigma) => r(r(shift * sigma) / r(1 + r((shift - 1) * sigma)))
}

function shiftOf(
  config: SchedulerConfig,
  key: 'shift' | 'flow_shift',
  mu: number | undefined,
  r: Rounding = inDouble,
): Shift {
  if (!flagOf(config, 'use_dynamic_shifting', false)) return staticShift(numberOf(config, key, 1), r)
  if (mu === undefined) throw new RangeError('a dynamically shifted schedule needs mu')
  const type = choiceOf(config, 'time_shift_type', ['exponential', 'linear'], 'exponential')
  const strength = type === 'exponential' ? Math.exp(mu) : mu
  return (sigma) => r(r(strength) / r(strength + r(r(1 / sigma) - 1)))
}

/** Stretches the schedule so that its last level is `shift_terminal`. */
function stretched(config: SchedulerConfig, sigmas: number[], r: Rounding = inDouble): number[] {
  const terminal = optionalNumberOf(config, 'shift_terminal') ?? 0
  if (terminal === 0) return sigmas
  const scale = r(r(1 - (sigmas[sigmas.length - 1] as number)) / r(1 - terminal))
  return sigmas.map((sigma) => r(1 - r(r(1 - sigma) / scale)))
}

/**
 * Levels of flow-match Euler and Heun without the terminal one. Given sigmas are shifted once. A bare step count is
 * spaced between the already shifted ends of the training schedule and shifted again: not what one would write
 * today, but what SD3 was released with.
 */
export function flowMatchLevels(config: SchedulerConfig, options: ScheduleOptions): number[] {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  requireSteps(options.steps, trainSteps)
  const given = options.sigmas ?? options.timesteps?.map((t) => t / trainSteps)
  const dynamic = flagOf(config, 'use_dynamic_shifting', false)
  const atEnds = dynamic ? (sigma: number): number => sigma : staticShift(numberOf(config, 'shift', 1))
  const unshifted =
    given ?? linspace(Math.fround(atEnds(1)), Math.fround(atEnds(1 / trainSteps)), options.steps)
  const r = given === undefined ? inDouble : Math.fround
  const shift = shiftOf(config, 'shift', options.mu, r)
  const sigmas = stretched(config, unshifted.map(r).map(shift), r)
  const spacing = sigmaSpacingOf(config)
  if (spacing === undefined) return sigmas
  const min = numberOf(config, 'sigma_min', sigmas.at(-1) ?? 0)
  const max = numberOf(config, 'sigma_max', sigmas[0] ?? 0)
  return spacedSigmas(spacing, min, max, sigmas.length)
}

/** Levels of UniPC with use_flow_sigmas; exactly 1 would mean a signal of 0, which its logarithms cannot take. */
export function unipcFlowLevels(
  config: SchedulerConfig,
  options: ScheduleOptions,
): { timesteps: number[]; sigmas: number[] } {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  const unshifted = options.sigmas ?? linspace(1, 1 / trainSteps, options.steps + 1).slice(0, -1)
  const sigmas = stretched(config, unshifted.map(shiftOf(config, 'flow_shift', options.mu)))
  const first = sigmas[0] as number
  if (Math.abs(first - 1) < 1e-6) sigmas[0] = first - 1e-6
  return { sigmas, timesteps: sigmas.map((sigma) => sigma * trainSteps) }
}
