/**
 * Latents to a small picture, one pixel per latent: rgb = weights * latent + bias, fitted to pairs of latents and
 * decoded pictures of the very model, so that no table of constants has to know it. (The idea of a linear map is
 * that of https://discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204)
 */
export type LatentProjection = {
  channels: number
  /** [3, channels + 1], the last column the bias; values in [-1, 1] */
  weights: Float64Array
}

/** A little of the identity keeps flat pictures from giving a singular system. */
const ridge = 1e-3

/**
 * @param latents [channels, area]
 * @param colours [3, area], mean colour of each latent's cell in [-1, 1]
 */
export function fitProjection(
  latents: Float32Array,
  colours: Float32Array,
  channels: number,
): LatentProjection {
  const area = latents.length / channels
  const size = channels + 1
  const normal = new Float64Array(size * size)
  const right = new Float64Array(size * 3)
  const row = new Float64Array(size).fill(1)
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < channels; c++) row[c] = latents[c * area + i] as number
    for (let a = 0; a < size; a++) {
      const value = row[a] as number
      for (let b = 0; b < size; b++) normal[a * size + b]! += value * (row[b] as number)
      for (let k = 0; k < 3; k++) right[a * 3 + k]! += value * (colours[k * area + i] as number)
    }
  }
  for (let c = 0; c < channels; c++) normal[c * size + c]! += ridge * area
  const solved = solve(normal, right, size)
  const weights = new Float64Array(3 * size)
  for (let a = 0; a < size; a++)
    for (let k = 0; k < 3; k++) weights[k * size + a] = solved[a * 3 + k] as number
  return { channels, weights }
}

/** Gauss with pivoting, three right sides at once; both arrays are overwritten. */
function solve(matrix: Float64Array, right: Float64Array, size: number): Float64Array {
  const at = (row: number, column: number): number => matrix[row * size + column] as number
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row
    }
    swapRows(matrix, size, column, pivot)
    swapRows(right, 3, column, pivot)
    const divisor = at(column, column) || 1
    for (let row = 0; row < size; row++) {
      const factor = at(row, column) / divisor
      if (row === column || factor === 0) continue
      for (let k = column; k < size; k++) matrix[row * size + k]! -= factor * at(column, k)
      for (let k = 0; k < 3; k++) right[row * 3 + k]! -= factor * (right[column * 3 + k] as number)
    }
  }
  for (let row = 0; row < size; row++) {
    const divisor = at(row, row) || 1
    for (let k = 0; k < 3; k++) right[row * 3 + k]! /= divisor
  }
  return right
}

function swapRows(matrix: Float64Array, width: number, a: number, b: number): void {
  if (a === b) return
  const kept = matrix.slice(a * width, (a + 1) * width)
  matrix.copyWithin(a * width, b * width, (b + 1) * width)
  matrix.set(kept, b * width)
}

/** [channels, area] -> [3, area] in [-1, 1] and beyond. */
export function project({ channels, weights }: LatentProjection, latents: Float32Array): Float32Array {
  const area = latents.length / channels
  const size = channels + 1
  const colours = new Float32Array(3 * area)
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < area; i++) {
      let value = weights[k * size + channels] as number
      for (let c = 0; c < channels; c++) {
        value += (weights[k * size + c] as number) * (latents[c * area + i] as number)
      }
      colours[k * area + i] = value
    }
  }
  return colours
}

/** Means over cells of `factor` x `factor`: [planes, height, width] -> [planes, height / factor, width / factor] */
export function cellMeans(
  data: Float32Array,
  planes: number,
  height: number,
  width: number,
  factor: number,
): Float32Array {
  const rows = Math.trunc(height / factor)
  const columns = Math.trunc(width / factor)
  const means = new Float32Array(planes * rows * columns)
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < rows * factor; y++) {
      const from = (plane * height + y) * width
      const to = (plane * rows + Math.trunc(y / factor)) * columns
      for (let x = 0; x < columns * factor; x++)
        means[to + Math.trunc(x / factor)]! += data[from + x] as number
    }
  }
  for (let i = 0; i < means.length; i++) means[i]! /= factor * factor
  return means
}
