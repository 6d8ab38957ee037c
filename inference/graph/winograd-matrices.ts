/** Outputs of a tile, each side, and inputs that they need. */
export const tile = 4
export const side = 6

/** Lavin & Gray 2016, F(4, 3): interpolation at 0, 1, -1, 2, -2 and infinity. */
const input = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
]
const kernel = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
]
const output = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
]

const at = (matrix: readonly (readonly number[])[], row: number, column: number): number =>
  matrix[row]?.[column] ?? 0

/** Kronecker products: in two dimensions, both at once. `columns`: pairs of columns in the order that they come. */
function both(
  matrix: readonly (readonly number[])[],
  columns: readonly (readonly [number, number])[],
): Float32Array {
  const rows = matrix.flatMap((_, u) => matrix.map((__, v) => [u, v] as const))
  return Float32Array.from(
    rows.flatMap(([u, v]) => columns.map(([r, c]) => at(matrix, u, r) * at(matrix, v, c))),
  )
}

const pairs = (rows: readonly number[], columns: readonly number[]): [number, number][] =>
  rows.flatMap((row) => columns.map((column): [number, number] => [row, column]))

/** [36, 36] on taps in the order in which `winograd.ts` gathers them: the tile, right of it, below, below right. */
export function tapTransform(): Float32Array {
  const [own, next] = [
    [0, 1, 2, 3],
    [4, 5],
  ] as const
  return both(
    input,
    [own, next].flatMap((rows) => [own, next].flatMap((columns) => pairs(rows, columns))),
  )
}

/** [16, 36] */
export function outputTransform(): Float32Array {
  const all = [0, 1, 2, 3, 4, 5]
  return both(output, pairs(all, all))
}

/** 3x3 kernels [outputs, inputs, 3, 3] as [36, outputs, inputs]. */
export function transformedKernels(weight: Float32Array): Float32Array {
  const count = weight.length / 9
  const result = new Float32Array(36 * count)
  const half = new Float64Array(18)
  for (let i = 0; i < count; i++) {
    for (let u = 0; u < side; u++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let r = 0; r < 3; r++) sum += at(kernel, u, r) * (weight[i * 9 + r * 3 + c] as number)
        half[u * 3 + c] = sum
      }
    }
    for (let u = 0; u < side; u++) {
      for (let v = 0; v < side; v++) {
        let sum = 0
        for (let c = 0; c < 3; c++) sum += (half[u * 3 + c] as number) * at(kernel, v, c)
        result[(u * side + v) * count + i] = sum
      }
    }
  }
  return result
}
