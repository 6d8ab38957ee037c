/** Row-major float32 numbers with their shape. */
export type Tensor = { data: Float32Array; shape: number[] }

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}

export function zeros(shape: number[]): Tensor {
  return { data: new Float32Array(sizeOf(shape)), shape }
}

/** Joins along `axis`; all other sides must agree. */
export function concatenate(tensors: Tensor[], axis: number): Tensor {
  const first = tensors[0]
  if (first === undefined) throw new Error('nothing to concatenate')
  if (tensors.length === 1) return first
  const shape = first.shape.map((side, i) =>
    i === axis ? tensors.reduce((sum, tensor) => sum + (tensor.shape[axis] ?? 0), 0) : side,
  )
  const outer = sizeOf(shape.slice(0, axis))
  const rows = tensors.map((tensor) => sizeOf(tensor.shape.slice(axis)))
  const result = zeros(shape)
  let offset = 0
  for (let row = 0; row < outer; row++) {
    tensors.forEach((tensor, i) => {
      const length = rows[i] ?? 0
      result.data.set(tensor.data.subarray(row * length, (row + 1) * length), offset)
      offset += length
    })
  }
  return result
}

/** Item `index` along the first axis, as a view with that axis kept at 1. */
export function itemOf(tensor: Tensor, index: number): Tensor {
  const length = sizeOf(tensor.shape.slice(1))
  return {
    data: tensor.data.subarray(index * length, (index + 1) * length),
    shape: [1, ...tensor.shape.slice(1)],
  }
}
