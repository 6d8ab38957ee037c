import type { Tensor } from '../tensor.ts'

/** [c, h, w] to tokens of 2 x 2 latents, [1, h/2 * w/2, 4c], each ordered (channel, row, column). */
export function packed(latents: Float32Array, channels: number, height: number, width: number): Tensor {
  const data = new Float32Array(latents.length)
  eachLatent(channels, height, width, (plain, token) => {
    data[token] = latents[plain] as number
  })
  return { data, shape: [1, (height / 2) * (width / 2), channels * 4] }
}

/** The reverse of `packed`. */
export function unpacked(
  tokens: Float32Array,
  channels: number,
  height: number,
  width: number,
): Float32Array {
  const data = new Float32Array(tokens.length)
  eachLatent(channels, height, width, (plain, token) => {
    data[plain] = tokens[token] as number
  })
  return data
}

function eachLatent(
  channels: number,
  height: number,
  width: number,
  visit: (plain: number, token: number) => void,
): void {
  const columns = width / 2
  let plain = 0
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, plain++) {
        const token = (y >> 1) * columns + (x >> 1)
        visit(plain, (token * channels + c) * 4 + (y & 1) * 2 + (x & 1))
      }
    }
  }
}

/** Position of each token: 0, row, column. */
export function packedIds(height: number, width: number): Tensor {
  const [rows, columns] = [height / 2, width / 2]
  const data = new Float32Array(rows * columns * 3)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = (y * columns + x) * 3
      data[at + 1] = y
      data[at + 2] = x
    }
  }
  return { data, shape: [rows * columns, 3] }
}
