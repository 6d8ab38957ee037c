import { readBytes, withFile } from '../checkpoints/file-bytes.ts'
import { fromBlocks } from '../checkpoints/ggml-blocks.ts'
import { widen } from '../checkpoints/number-format.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { Weight } from '../graph/weights.ts'

/** The numbers of one tensor, widened to float32, in the order of its shape. */
export async function readWeight(weight: Weight): Promise<Float32Array> {
  const { path, begin, end, dtype } = weight
  const data = await withFile(path, async (file) =>
    numbersOf(dtype, await readBytes(file, path, begin, end - begin)),
  )
  if (data === undefined)
    throw new SanggarError({ code: 'model-unsupported', path, kind: 'tensor', reason: dtype })
  if (weight.scale !== undefined) multiply(data, await readWeight(weight.scale))
  if (weight.transposed !== true) return data
  const [rows = 1, columns = 1] = weight.shape
  const result = new Float32Array(data.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[row * columns + column] = data[column * rows + row] as number
  }
  return result
}

const numbersOf = (dtype: string, bytes: ArrayBuffer): Float32Array | undefined =>
  fromBlocks(dtype, bytes) ?? widen(dtype, bytes)

/** By one factor for all, or one for each row. */
function multiply(data: Float32Array, factors: Float32Array): void {
  const each = data.length / factors.length
  for (let i = 0; i < data.length; i++)
    data[i] = (data[i] as number) * (factors[Math.floor(i / each)] as number)
}
