/** A weight in 8 bits: values [inputs, outputs], one scale for every output. */
export type Quantised = { values: Int8Array; scales: Float32Array }

/** Outputs handled together, so that the transposed writes stay within few cache lines. */
const block = 64

/**
 * Symmetric, by output: value = round(w / scale), scale = largest |w| / limit. `weight` is [outputs, inputs]; what
 * is written is its transpose, which the integer kernels want. `limit` is 127, or 63 where sums of products of
 * bytes saturate at 16 bits (x86 without VNNI).
 */
export function quantiseWeight(weight: Float32Array, outputs: number, limit: number): Quantised {
  const inputs = weight.length / outputs
  const values = new Int8Array(weight.length)
  const scales = new Float32Array(outputs)
  for (let start = 0; start < outputs; start += block) {
    const end = Math.min(outputs, start + block)
    for (let output = start; output < end; output++) {
      let largest = 0
      for (let i = output * inputs; i < (output + 1) * inputs; i++) {
        const size = Math.abs(weight[i] as number)
        if (size > largest) largest = size
      }
      scales[output] = largest === 0 ? 1 : largest / limit
    }
    for (let input = 0; input < inputs; input++) {
      for (let output = start; output < end; output++) {
        const value = (weight[output * inputs + input] as number) / (scales[output] as number)
        // Rounded half away from zero by shifting, some five times faster than Math.round.
        values[input * outputs + output] = value < 0 ? value - 0.5 : value + 0.5
      }
    }
  }
  return { values, scales }
}

/**
 * How far the written weight is from what it was, in lengths of it: over every `stride`-th input, which is close
 * enough and costs little.
 */
export function weightError(weight: Float32Array, outputs: number, { values, scales }: Quantised): number {
  const inputs = weight.length / outputs
  let [difference, length] = [0, 0]
  for (let input = 0; input < inputs; input += stride) {
    for (let output = 0; output < outputs; output++) {
      const right = weight[output * inputs + input] as number
      const off = (values[input * outputs + output] as number) * (scales[output] as number) - right
      difference += off * off
      length += right * right
    }
  }
  return length === 0 ? 0 : Math.sqrt(difference / length)
}
const stride = 7

/** [outputs, channels, rows, columns] as [outputs, rows, columns, channels]: the order of gathered windows. */
export function channelsLast(weight: Float32Array, shape: readonly number[]): Float32Array {
  const [outputs = 1, channels = 1, rows = 1, columns = 1] = shape
  const area = rows * columns
  const result = new Float32Array(weight.length)
  for (let output = 0; output < outputs; output++) {
    const base = output * channels * area
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < area; pixel++) {
        result[base + pixel * channels + channel] = weight[base + channel * area + pixel] as number
      }
    }
  }
  return result
}
