import { SanggarError } from '../../contract/errors.ts'
import { countdown, linspace, roundHalfEven } from './number-series.ts'
import { choiceOf, numberOf, type SchedulerConfig } from './settings.ts'

const spacings = ['linspace', 'leading', 'trailing'] as const

export type Spacing = (typeof spacings)[number]

export function spacingOf(config: SchedulerConfig, fallback: Spacing): Spacing {
  return choiceOf(config, 'timestep_spacing', spacings, fallback)
}

/** A step count that the schedule cannot give is the asker's mistake, not a bug. */
export function requireSteps(steps: number, maximum: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= maximum) return
  throw new SanggarError({ code: 'invalid-request', path: 'steps', problem: `1 to ${maximum}` })
}

/**
 * `steps` training timesteps, descending, still fractional for 'linspace' (Lin et al. 2024, table 2): callers round
 * or keep them as their class does.
 */
export function spacedTimesteps(config: SchedulerConfig, steps: number, fallback: Spacing): number[] {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  requireSteps(steps, trainSteps)
  switch (spacingOf(config, fallback)) {
    case 'linspace':
      return linspace(0, trainSteps - 1, steps).reverse()
    case 'leading':
      return leading(Math.floor(trainSteps / steps), steps, numberOf(config, 'steps_offset', 0)).reverse()
    default:
      // trailing
      return countdown(trainSteps, trainSteps / steps).map((t) => roundHalfEven(t) - 1)
  }
}

/** The same as whole timesteps (DDIM, DDPM, PNDM). */
export function wholeTimesteps(config: SchedulerConfig, steps: number, fallback: Spacing): number[] {
  return spacedTimesteps(config, steps, fallback).map(roundHalfEven)
}

/**
 * Whole timesteps of the exponential integrators (DPM-Solver, DEIS, UniPC): they space one more point than they
 * run and drop the cleanest. `last` is the number of training steps whose λ is not clipped.
 */
export function solverTimesteps(config: SchedulerConfig, steps: number, last: number): number[] {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  requireSteps(steps, trainSteps)
  switch (spacingOf(config, 'linspace')) {
    case 'linspace':
      return linspace(0, last - 1, steps + 1)
        .map(roundHalfEven)
        .reverse()
        .slice(0, -1)
    case 'leading':
      return leading(Math.floor(last / (steps + 1)), steps + 1, numberOf(config, 'steps_offset', 0))
        .reverse()
        .slice(0, -1)
    default:
      // trailing
      return countdown(last, trainSteps / steps).map((t) => roundHalfEven(t) - 1)
  }
}

function leading(ratio: number, count: number, offset: number): number[] {
  return Array.from({ length: count }, (_, i) => i * ratio + offset)
}
