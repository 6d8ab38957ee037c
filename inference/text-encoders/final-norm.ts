import type { Tensor } from '../tensor.ts'

const epsilon = 1e-5

/**
 * [Note: Final norm from outputs] Skipping layers of CLIP needs the final layer norm, whose weights are buried in
 * the graph under names that differ between exporters. The encoder's own outputs give them away: per channel,
 * last = gain * normalised(deepest) + bias over all tokens is a line through exact points, so least squares finds
 * both to the precision of the arithmetic, whatever the exporter.
 *
 * @param deepest output of the last layer, [1, tokens, width]
 * @param last the same after the final norm
 */
export function finalNorm(deepest: Tensor, last: Tensor): (hidden: Tensor) => Tensor {
  const width = deepest.shape.at(-1) ?? 1
  const x = normalised(deepest.data, width)
  const tokens = x.length / width
  const gain = new Float64Array(width)
  const bias = new Float64Array(width)
  for (let channel = 0; channel < width; channel++) {
    let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0]
    for (let i = channel; i < x.length; i += width) {
      const [a, b] = [x[i] as number, last.data[i] as number]
      sumX += a
      sumY += b
      sumXX += a * a
      sumXY += a * b
    }
    const spread = tokens * sumXX - sumX * sumX
    const slope = spread > 0 ? (tokens * sumXY - sumX * sumY) / spread : 1
    gain[channel] = slope
    bias[channel] = (sumY - slope * sumX) / tokens
  }
  return (hidden) => {
    const data = Float32Array.from(
      normalised(hidden.data, width),
      (value, i) => value * (gain[i % width] as number) + (bias[i % width] as number),
    )
    return { data, shape: hidden.shape }
  }
}

/** Mean 0 and variance 1 along each token's width. Ba et al. 2016, https://arxiv.org/abs/1607.06450 */
function normalised(values: Float32Array, width: number): Float64Array {
  const result = new Float64Array(values.length)
  for (let start = 0; start < values.length; start += width) {
    let mean = 0
    for (let i = start; i < start + width; i++) mean += values[i] as number
    mean /= width
    let variance = 0
    for (let i = start; i < start + width; i++) variance += ((values[i] as number) - mean) ** 2
    const scale = 1 / Math.sqrt(variance / width + epsilon)
    for (let i = start; i < start + width; i++) result[i] = ((values[i] as number) - mean) * scale
  }
  return result
}
