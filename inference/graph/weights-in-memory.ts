import type { Weight, WeightSource } from './weights.ts'

/** Looked up by row, where they lie in the file: they take no memory. */
const table = /(^|\.)(embed_tokens|shared|token_embedding|position_embedding)\.weight$/

/** Whether it is such a table. */
export const isTable = (name: string): boolean => table.test(name)

const countOf = ({ shape }: Pick<Weight, 'shape'>): number =>
  shape.reduce((product, side) => product * side, 1)

/** The 8-bit forms that run instead, and in float32 what has none, whatever the file stores. */
function bytesOf(weight: Weight): number {
  const { quantised, winograd } = weight
  if (winograd !== undefined) return winograd.end - winograd.begin
  let [bytes, reduced] = [0, 0]
  for (const { values, scales } of quantised?.values() ?? []) {
    bytes += values.end - values.begin + scales.end - scales.begin
    // Two numbers of 4 bits to a byte.
    reduced += countOf(values) * (values.dtype === 'U8' ? 2 : 1)
  }
  return bytes + 4 * (countOf(weight) - reduced)
}

/** Bytes that the weights of a network take while it is open. */
export function bytesInMemory(weights: WeightSource): number {
  let bytes = 0
  for (const [name, weight] of weights) if (!isTable(name)) bytes += bytesOf(weight)
  return bytes
}
