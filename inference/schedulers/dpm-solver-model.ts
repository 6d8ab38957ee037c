import type { DpmAlgorithm } from './dpm-solver-weights.ts'
import { limitOf } from './limiting.ts'
import { combine } from './linear-combination.ts'
import { denoisedOf, noiseOf, noiseWeights, predictionOf } from './prediction.ts'
import type { ScheduleOptions } from './schedule.ts'
import { choiceOf, numberOf, unsupported, type SchedulerConfig } from './settings.ts'
import type { Level } from './solver-schedule.ts'

const algorithms = ['dpmsolver++', 'sde-dpmsolver++', 'dpmsolver', 'sde-dpmsolver', 'deis'] as const

/** Fewer steps than this end in lower orders where lower_order_final asks for it. */
export const fewSteps = 15

/** `denoised` is x₀; `output` what the algorithm integrates: x₀ itself or the noise that goes with it. */
export type ConvertedOutput = { denoised: Float32Array; output: Float32Array }

export type ConvertOutput = (sample: Float32Array, modelOutput: Float32Array, level: Level) => ConvertedOutput

/** The parametrisation of Lu et al. 2022: x₀ for the ++ algorithms, ε for the others. */
export function dpmModel(
  config: SchedulerConfig,
  options: ScheduleOptions,
  algorithm: DpmAlgorithm,
): ConvertOutput {
  const prediction = predictionOf(config)
  const limit = limitOf(config, { thresholds: false }, options.batchShape?.[0])
  const limited = config['thresholding'] === true
  const integratesNoise = algorithm === 'dpmsolver' || algorithm === 'sde-dpmsolver'

  return (sample, modelOutput, { alpha, sigma }) => {
    const denoised = limit(denoisedOf(prediction, alpha, sigma, sample, modelOutput))
    if (!integratesNoise) return { denoised, output: denoised }
    if (limited) return { denoised, output: noiseOf(alpha, sigma, sample, denoised) }
    const [noiseOfSample, noiseOfOutput] = noiseWeights(prediction, alpha, sigma)
    return { denoised, output: combine([noiseOfSample, sample], [noiseOfOutput, modelOutput]) }
  }
}

export function algorithmOf(config: SchedulerConfig): DpmAlgorithm {
  const algorithm = choiceOf(config, 'algorithm_type', algorithms, 'dpmsolver++')
  // A configuration that was written for DEIS.
  if (algorithm === 'deis') return 'dpmsolver++'
  const integratesNoise = algorithm === 'dpmsolver' || algorithm === 'sde-dpmsolver'
  if (integratesNoise && (config['final_sigmas_type'] ?? 'zero') === 'zero') {
    throw unsupported(config, `${algorithm} with final_sigmas_type zero`)
  }
  return algorithm
}

/** Names of other families' solver types mean the default, so that configurations can be exchanged. */
export function solverTypeOf(config: SchedulerConfig): 'midpoint' | 'heun' {
  const types = ['midpoint', 'heun', 'logrho', 'bh1', 'bh2'] as const
  return choiceOf(config, 'solver_type', types, 'midpoint') === 'heun' ? 'heun' : 'midpoint'
}

export function solverOrderOf(config: SchedulerConfig, maximum: number): number {
  const order = numberOf(config, 'solver_order', 2)
  if (!Number.isInteger(order) || order < 1) throw unsupported(config, `solver_order ${order}`)
  return Math.min(order, maximum)
}
