import { choiceOf, type SchedulerConfig } from './settings.ts'

/** What the denoiser's output stands for. */
export type Prediction = 'epsilon' | 'sample' | 'v_prediction' | 'flow_prediction'

/*
 * [Note: Rounding like the reference] x₀ and ε are differences of nearly equal numbers at the ends of a schedule,
 * and a step divides by small σ what it has subtracted before. The reference rounds to float32 after every
 * operation; where that rounding is larger than the result's own, only doing the same gives the same picture.
 * So the functions here round as it does, while later sums (linear-combination.ts) round once.
 */
const f = Math.fround

/** stands for sqrt(ᾱ) = 0: small enough that what is clipped is clipped all the same */
const leastSignal = 2 ** -24

const names = ['epsilon', 'sample', 'original_sample', 'v_prediction', 'flow_prediction'] as const

export function predictionOf(config: SchedulerConfig): Prediction {
  const name = choiceOf(config, 'prediction_type', names, 'epsilon')
  return name === 'original_sample' ? 'sample' : name
}

/** x₀ from x_t = α x₀ + σ ε; always a new tensor. v-prediction: Salimans & Ho 2022, appendix D. */
export function denoisedOf(
  prediction: Prediction,
  alpha: number,
  sigma: number,
  sample: Float32Array,
  modelOutput: Float32Array,
): Float32Array {
  if (prediction === 'sample') return modelOutput.slice()
  if (prediction === 'flow_prediction') return lessNoise(sample, modelOutput, sigma, 1)
  // Noise predicted where no signal is left (zero terminal SNR) says nothing of x₀: as if a trace were left.
  if (prediction === 'epsilon')
    return lessNoise(sample, modelOutput, sigma, alpha === 0 ? leastSignal : alpha)
  const [a, b] = [f(alpha), f(sigma)]
  const denoised = new Float32Array(sample.length)
  for (let i = 0; i < denoised.length; i++) {
    denoised[i] = f(a * (sample[i] as number)) - f(b * (modelOutput[i] as number))
  }
  return denoised
}

/** x₀ from the unscaled x = x₀ + σ ε of Karras et al. 2022; always a new tensor. */
export function denoisedUnscaled(
  prediction: Prediction,
  sigma: number,
  sample: Float32Array,
  modelOutput: Float32Array,
): Float32Array {
  if (prediction === 'sample') return modelOutput.slice()
  if (prediction !== 'v_prediction') return lessNoise(sample, modelOutput, sigma, 1)
  const square = f(f(f(sigma) * f(sigma)) + 1)
  const ofOutput = f(-f(sigma) / f(Math.sqrt(square)))
  const denoised = new Float32Array(sample.length)
  for (let i = 0; i < denoised.length; i++) {
    denoised[i] = f((modelOutput[i] as number) * ofOutput) + f((sample[i] as number) / square)
  }
  return denoised
}

/** (x - σ m) / α */
function lessNoise(sample: Float32Array, noise: Float32Array, sigma: number, alpha: number): Float32Array {
  const [a, b] = [f(alpha), f(sigma)]
  const denoised = new Float32Array(sample.length)
  for (let i = 0; i < denoised.length; i++) {
    denoised[i] = f((sample[i] as number) - f(b * (noise[i] as number))) / a
  }
  return denoised
}

/** ε = (x - α x₀) / σ */
export function noiseOf(
  alpha: number,
  sigma: number,
  sample: Float32Array,
  denoised: Float32Array,
): Float32Array {
  return lessNoise(sample, denoised, alpha, sigma)
}

/** The weights of a linear combination of the sample and the model output. */
export type Weights = readonly [ofSample: number, ofModelOutput: number]

/** ε from x_t = α x₀ + σ ε. */
export function noiseWeights(prediction: Prediction, alpha: number, sigma: number): Weights {
  switch (prediction) {
    case 'epsilon':
      return [0, 1]
    case 'sample':
      return [1 / sigma, -alpha / sigma]
    case 'v_prediction':
      return [sigma, alpha]
    default:
      // flow_prediction
      return [1, 1 - sigma]
  }
}

/** d = (x - x₀) / σ, the derivative dx/dσ of the unscaled process. */
export function derivativeOf(sample: Float32Array, denoised: Float32Array, sigma: number): Float32Array {
  return lessNoise(sample, denoised, 1, sigma)
}

/** from + d × dσ */
export function along(from: Float32Array, derivative: Float32Array, difference: number): Float32Array {
  const d = f(difference)
  const next = new Float32Array(from.length)
  for (let i = 0; i < next.length; i++) next[i] = (from[i] as number) + f((derivative[i] as number) * d)
  return next
}

/** a x + b y */
export function blend(x: Float32Array, ofX: number, y: Float32Array, ofY: number): Float32Array {
  const [a, b] = [f(ofX), f(ofY)]
  const next = new Float32Array(x.length)
  for (let i = 0; i < next.length; i++) next[i] = f(a * (x[i] as number)) + f(b * (y[i] as number))
  return next
}

/** from + (x - x₀) / σ × dσ in one pass. */
export function moved(
  from: Float32Array,
  sample: Float32Array,
  denoised: Float32Array,
  sigma: number,
  difference: number,
): Float32Array {
  const [s, d] = [f(sigma), f(difference)]
  const next = new Float32Array(sample.length)
  for (let i = 0; i < next.length; i++) {
    const derivative = f(f((sample[i] as number) - (denoised[i] as number)) / s)
    next[i] = (from[i] as number) + f(derivative * d)
  }
  return next
}
