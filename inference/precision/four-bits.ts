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

/**
 * How far what `quantiseFourBits` made is from what it was, in lengths of it: over every `stride`-th number, which is
 * close enough and costs little.
 */
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
const stride = 29
