import { combine } from './linear-combination.ts'
import type { NoiseTable } from './noise-table.ts'
import { blend } from './prediction.ts'
import type { Scheduler } from './schedule.ts'

/** ᾱ_t of a whole timestep; beyond the table its end counts. */
export function alphaAt({ alphasCumprod }: NoiseTable, timestep: number): number {
  const index = Math.min(Math.max(Math.trunc(timestep), 0), alphasCumprod.length - 1)
  return alphasCumprod[index] as number
}

/** The level for a previous timestep: below 0 lies the data (or what a configuration puts there). */
export function previousAlphaAt(table: NoiseTable, timestep: number, final: number): number {
  return timestep >= 0 ? alphaAt(table, timestep) : final
}

/** Ho et al. 2020, equation 4: x_t = sqrt(ᾱ_t) x₀ + sqrt(1 - ᾱ_t) ε, for classes that do not scale their input. */
export function tableForward(
  table: NoiseTable,
  timesteps: readonly number[],
): Pick<Scheduler, 'scaleInput' | 'addNoise'> {
  return {
    scaleInput: (sample) => sample,
    addNoise(clean, noise, index) {
      const timestep = timesteps[index]
      if (timestep === undefined) return clean.slice()
      const alpha = alphaAt(table, timestep)
      return combine([Math.sqrt(alpha), clean], [Math.sqrt(1 - alpha), noise])
    },
  }
}

/** Karras et al. 2022: x = x₀ + σ ε, input scaled by c_in = 1 / sqrt(σ² + 1). */
export function sigmaForward(
  sigmas: readonly number[],
  calls: number,
  inputSigma = (index: number): number => sigmas[index] as number,
): Pick<Scheduler, 'scaleInput' | 'addNoise'> {
  return {
    scaleInput(sample, index) {
      // See [Note: Rounding like the reference]
      const f = Math.fround
      const sigma = f(inputSigma(index))
      const size = f(Math.sqrt(f(f(sigma * sigma) + 1)))
      return sample.map((value) => value / size)
    },
    addNoise(clean, noise, index) {
      if (index >= calls) return clean.slice()
      return blend(clean, 1, noise, sigmas[index] as number)
    },
  }
}

/** The signal and noise levels of a unit-variance process with noise-to-signal ratio σ, as float32. */
export function levelsOf(sigma: number): { alpha: number; sigma: number } {
  // See [Note: Rounding like the reference]
  const f = Math.fround
  const alpha = f(1 / f(Math.sqrt(f(f(sigma * sigma) + 1))))
  return { alpha, sigma: f(sigma * alpha) }
}
