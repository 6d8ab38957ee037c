import { choiceOf, type SchedulerConfig } from './settings.ts'

/** What the denoiser's output stands for. */
export type Prediction = 'epsilon' | 'sample' | 'v_prediction' | 'flow_prediction'

/** The weights of a linear combination of the sample and the model output. */
export type Weights = readonly [ofSample: number, ofModelOutput: number]

const names = ['epsilon', 'sample', 'original_sample', 'v_prediction', 'flow_prediction'] as const

export function predictionOf(config: SchedulerConfig): Prediction {
  const name = choiceOf(config, 'prediction_type', names, 'epsilon')
  return name === 'original_sample' ? 'sample' : name
}

/** x₀ from x_t = α x₀ + σ ε. v-prediction: Salimans & Ho 2022, appendix D. */
export function denoisedWeights(prediction: Prediction, alpha: number, sigma: number): Weights {
  switch (prediction) {
    case 'epsilon':
      return [1 / alpha, -sigma / alpha]
    case 'sample':
      return [0, 1]
    case 'v_prediction':
      return [alpha, -sigma]
    default:
      // flow_prediction
      return [1, -sigma]
  }
}

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

/** x₀ from the unscaled x = x₀ + σ ε of Karras et al. 2022. */
export function denoisedWeightsUnscaled(prediction: Prediction, sigma: number): Weights {
  switch (prediction) {
    case 'epsilon':
    case 'flow_prediction':
      return [1, -sigma]
    case 'sample':
      return [0, 1]
    default:
      // v_prediction
      return [1 / (sigma * sigma + 1), -sigma / Math.sqrt(sigma * sigma + 1)]
  }
}
