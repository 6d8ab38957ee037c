import { torchLinspace } from './number-series.ts'
import { choiceOf, flagOf, numberOf, numbersOf, type SchedulerConfig } from './settings.ts'

/** Training noise levels, index = training timestep; entries are float32 values, as the reference has them. */
export type NoiseTable = {
  trainSteps: number
  /** ᾱ_t = Π (1 - β_s) of Ho et al. 2020 */
  alphasCumprod: Float32Array
  /** sqrt((1 - ᾱ_t) / ᾱ_t) of Karras et al. 2022 */
  sigmas: Float32Array
}

export type NoiseTableDefaults = {
  betaStart?: number
  betaEnd?: number
  betaSchedule?: 'linear' | 'scaled_linear'
  /** which classes know rescale_betas_zero_snr, and whether they keep ᾱ_T = 0 or lift it to 2^-24 */
  zeroSnr?: 'ignored' | 'kept' | 'lifted'
}

const betaSchedules = ['linear', 'scaled_linear', 'squaredcos_cap_v2', 'sigmoid', 'laplace', 'exp'] as const

const f = Math.fround

export function noiseTable(config: SchedulerConfig, defaults: NoiseTableDefaults = {}): NoiseTable {
  const trainSteps = numberOf(config, 'num_train_timesteps', 1000)
  const rescaled = defaults.zeroSnr !== undefined && defaults.zeroSnr !== 'ignored'
  const zeroSnr = rescaled && flagOf(config, 'rescale_betas_zero_snr', false)
  let betas = trainedOrComputed(config, trainSteps, defaults)
  if (zeroSnr) betas = rescaleToZeroSnr(betas)
  const alphasCumprod = cumulativeAlphas(betas)
  if (zeroSnr && defaults.zeroSnr === 'lifted') alphasCumprod[alphasCumprod.length - 1] = 2 ** -24
  return { trainSteps, alphasCumprod, sigmas: alphasCumprod.map((alpha) => sigmaOf(alpha)) }
}

/** In float32 at every operation: the smallest sigmas feel the rounding of 1 - ᾱ. */
export function sigmaOf(alphaCumprod: number): number {
  return f(Math.sqrt(f(f(1 - alphaCumprod) / alphaCumprod)))
}

function trainedOrComputed(
  config: SchedulerConfig,
  trainSteps: number,
  defaults: NoiseTableDefaults,
): Float32Array {
  const trained = numbersOf(config, 'trained_betas')
  if (trained !== undefined) return Float32Array.from(trained)
  const start = numberOf(config, 'beta_start', defaults.betaStart ?? 0.0001)
  const end = numberOf(config, 'beta_end', defaults.betaEnd ?? 0.02)
  switch (choiceOf(config, 'beta_schedule', betaSchedules, defaults.betaSchedule ?? 'linear')) {
    case 'linear':
      return Float32Array.from(torchLinspace(start, end, trainSteps))
    case 'scaled_linear':
      return Float32Array.from(torchLinspace(Math.sqrt(start), Math.sqrt(end), trainSteps), (x) => x * x)
    case 'sigmoid':
      return Float32Array.from(torchLinspace(-6, 6, trainSteps), (x) =>
        f(f(f(1 / (1 + Math.exp(-x))) * f(end - start)) + f(start)),
      )
    case 'squaredcos_cap_v2':
      return betasOf(trainSteps, (t) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2)
    case 'laplace':
      return betasOf(trainSteps, laplaceAlpha)
    default:
      // exp
      return betasOf(trainSteps, (t) => Math.exp(t * -12))
  }
}

/** Nichol & Dhariwal 2021, equation 17: β_t from a continuous ᾱ(t), at most 0.999. */
function betasOf(trainSteps: number, alphaBar: (t: number) => number): Float32Array {
  return Float32Array.from({ length: trainSteps }, (_, i) =>
    Math.min(1 - alphaBar((i + 1) / trainSteps) / alphaBar(i / trainSteps), 0.999),
  )
}

function laplaceAlpha(t: number): number {
  const sign = Object.is(0.5 - t, -0) || t > 0.5 ? -1 : 1
  const snr = Math.exp(-0.5 * sign * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6))
  return Math.sqrt(snr / (1 + snr))
}

/** The product is kept in double, as torch does on the CPU; only what it gives out is float32. */
function cumulativeAlphas(betas: Float32Array): Float32Array {
  let product = 1
  return betas.map((beta) => (product *= f(1 - beta)))
}

/** Lin et al. 2024, "Common diffusion noise schedules and sample steps are flawed", algorithm 1. */
function rescaleToZeroSnr(betas: Float32Array): Float32Array {
  const roots = cumulativeAlphas(betas).map((alpha) => Math.sqrt(alpha))
  const first = roots[0] as number
  const last = roots[roots.length - 1] as number
  const stretch = f(first / f(first - last))
  const alphaBar = roots.map((root) => f(f(root - last) * stretch) ** 2)
  return alphaBar.map((alpha, i) => 1 - (i === 0 ? alpha : f(alpha / (alphaBar[i - 1] as number))))
}
