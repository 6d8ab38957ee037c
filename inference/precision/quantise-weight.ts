/** A weight in 8 bits: values [inputs, outputs], one scale for every output. */
export type Quantised = { values: Int8Array; scales: Float32Array }

/** Outputs handled together, so that the transposed writes stay within few cache lines. */
const outputsTogether = 64

/**
 * Symmetric, by output: value = round(w / scale), scale = largest |w| / limit. `weight` is [outputs, inputs]; what
 * is written is its transpose, which the integer kernels want. `limit` is 127, or 63 where sums of products of
 * bytes saturate at 16 bits (x86 without VNNI).
 */
export function quantiseWeight(weight: Float32Array, outputs: number, limit: number): Quantised {
  const inputs = weight.length / outputs
  const values = new Int8Array(weight.length)
  const scales = new Float32Array(outputs)
  for (let start = 0; start < outputs; start += outputsTogether) {
    const end = Math.min(outputs, start + outputsTogether)
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
const stride = 29

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

/** Numbers that share a scale in 4 bits. */
export const fourBitBlock = 32

/**
 * As ggml's Q4_0: the number furthest from zero of every 32 becomes -8. `weight` [outputs, inputs], inputs a multiple
 * of 32; what is written is [outputs, inputs / 32, 16], the first of two numbers in the low half.
 */
export function quantiseFourBits(weight: Float32Array): { values: Uint8Array; scales: Float32Array } {
  const scales = new Float32Array(weight.length / fourBitBlock)
  const values = new Uint8Array(weight.length / 2)
  for (let block = 0; block < scales.length; block++) {
    const start = block * fourBitBlock
    let extreme = 0
    for (let i = start; i < start + fourBitBlock; i++) {
      const value = weight[i] as number
      if (Math.abs(value) > Math.abs(extreme)) extreme = value
    }
    const scale = extreme / -8
    scales[block] = scale
    const inverse = scale === 0 ? 0 : 1 / scale
    for (let i = start; i < start + fourBitBlock; i += 2) {
      const low = Math.min(15, Math.floor((weight[i] as number) * inverse + 8.5))
      const high = Math.min(15, Math.floor((weight[i + 1] as number) * inverse + 8.5))
      values[i / 2] = low | (high << 4)
    }
  }
  return { values, scales }
}

/** As `weightError`, of what `quantiseFourBits` made. */
export function fourBitError(weight: Float32Array, values: Uint8Array, scales: Float32Array): number {
  let [difference, length] = [0, 0]
  for (let i = 0; i < weight.length; i += stride) {
    const pair = values[i >> 1] as number
    const stored = (i & 1) === 0 ? pair & 15 : pair >> 4
    const right = weight[i] as number
    difference += ((stored - 8) * (scales[Math.floor(i / fourBitBlock)] as number) - right) ** 2
    length += right * right
  }
  return length === 0 ? 0 : Math.sqrt(difference / length)
}
