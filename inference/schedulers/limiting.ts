import { flagOf, numberOf, type SchedulerConfig } from './settings.ts'

/** Keeps a predicted x₀ in range, in place; does nothing where the configuration asks for nothing. */
export type Limit = (denoised: Float32Array) => Float32Array

export type LimitDefaults = { clips?: boolean; thresholds?: boolean }

/**
 * `clip_sample` and `thresholding` of a configuration, for the classes that know them; `batch` is the number of
 * images that lie one after the other in a tensor.
 */
export function limitOf(config: SchedulerConfig, defaults: LimitDefaults, batch = 1): Limit {
  if (defaults.thresholds !== undefined && flagOf(config, 'thresholding', defaults.thresholds)) {
    const ratio = numberOf(config, 'dynamic_thresholding_ratio', 0.995)
    const maximum = numberOf(config, 'sample_max_value', 1)
    return (denoised) => threshold(denoised, batch, ratio, maximum)
  }
  if (defaults.clips !== undefined && flagOf(config, 'clip_sample', defaults.clips)) {
    const range = numberOf(config, 'clip_sample_range', 1)
    return (denoised) => clip(denoised, range, 1)
  }
  return (denoised) => denoised
}

/** Saharia et al. 2022 (Imagen), section 2.3: each image is clipped to a quantile of its own magnitudes. */
function threshold(denoised: Float32Array, batch: number, ratio: number, maximum: number): Float32Array {
  const length = denoised.length / batch
  for (let start = 0; start < denoised.length; start += length) {
    const image = denoised.subarray(start, start + length)
    const range = Math.min(Math.max(quantile(image.map(Math.abs), ratio), 1), maximum)
    clip(image, range, range)
  }
  return denoised
}

function clip(values: Float32Array, range: number, divisor: number): Float32Array {
  for (let i = 0; i < values.length; i++) {
    values[i] = Math.min(Math.max(values[i] as number, -range), range) / divisor
  }
  return values
}

/** Linear between the two nearest ranks; sorts its argument. */
function quantile(values: Float32Array, ratio: number): number {
  values.sort()
  const rank = ratio * (values.length - 1)
  const low = Math.floor(rank)
  const a = values[low] as number
  const b = values[Math.min(low + 1, values.length - 1)] as number
  return a + (b - a) * (rank - low)
}
