import { symmetricBetaQuantile } from './beta-quantile.ts'
import { linspace } from './number-series.ts'
import { flagOf, unsupported, type SchedulerConfig } from './settings.ts'

export type SigmaSpacing = 'karras' | 'exponential' | 'beta'

/** The one of use_karras_sigmas, use_exponential_sigmas, use_beta_sigmas that is set. */
export function sigmaSpacingOf(config: SchedulerConfig): SigmaSpacing | undefined {
  const set = (['karras', 'exponential', 'beta'] as const).filter((spacing) =>
    flagOf(config, `use_${spacing}_sigmas`, false),
  )
  if (set.length > 1) throw unsupported(config, set.join(' and '))
  return set[0]
}

/** `count` sigmas from `max` down to `min`, without a terminal one. */
export function spacedSigmas(spacing: SigmaSpacing, min: number, max: number, count: number): number[] {
  switch (spacing) {
    case 'karras':
      return karras(min, max, count)
    case 'exponential':
      return linspace(Math.log(max), Math.log(min), count).map((lambda) => Math.exp(lambda))
    default:
      // beta
      return beta(min, max, count)
  }
}

/** Karras et al. 2022, "Elucidating the design space", equation 5, ρ = 7. */
function karras(min: number, max: number, count: number): number[] {
  const rho = 7
  const from = max ** (1 / rho)
  const to = min ** (1 / rho)
  return linspace(0, 1, count).map((ramp) => (from + ramp * (to - from)) ** rho)
}

/** Lee et al. 2024, "Beta sampling is all you need": quantiles of Beta(0.6, 0.6). */
function beta(min: number, max: number, count: number): number[] {
  return linspace(0, 1, count).map((p) => min + symmetricBetaQuantile(1 - p, 0.6) * (max - min))
}

/** Lu et al. 2022, "DPM-Solver++": uniform in λ, here with `logSigmas` of the training table. */
export function uniformLambdaSigmas(logSigmas: Float32Array, count: number): number[] {
  const first = logSigmas[logSigmas.length - 1] as number
  const last = logSigmas[0] as number
  return linspace(0, 1, count).map((ramp) => Math.exp(first + ramp * (last - first)))
}

/** The fractional training timestep whose noise level is `sigma`, linear between the table's log sigmas. */
export function timestepOf(sigma: number, logSigmas: Float32Array): number {
  const logSigma = Math.log(Math.max(sigma, 1e-10))
  let low = 0
  for (let i = logSigmas.length - 1; i >= 0; i--) {
    if (logSigma >= (logSigmas[i] as number)) {
      low = i
      break
    }
  }
  low = Math.min(low, logSigmas.length - 2)
  const a = logSigmas[low] as number
  const b = logSigmas[low + 1] as number
  const weight = Math.min(Math.max((a - logSigma) / (a - b), 0), 1)
  return (1 - weight) * low + weight * (low + 1)
}
