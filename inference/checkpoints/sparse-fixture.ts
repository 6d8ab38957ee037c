import { open } from 'node:fs/promises'

import { bitsOf, elementCount } from './number-format.ts'

export type SparseTensors = Record<string, number[] | { dtype: string; shape: number[] }>

/**
 * A .safetensors file whose header is true and whose data are a hole in the disk: any size for no bytes.
 * `dtype` holds for tensors that give only their shape.
 */
export async function writeSparse(
  path: string,
  tensors: SparseTensors,
  options: { dtype?: string; metadata?: Record<string, string> } = {},
): Promise<string> {
  const { dtype = 'F16', metadata } = options
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata }
  let offset = 0
  for (const [name, given] of Object.entries(tensors)) {
    const tensor = Array.isArray(given) ? { dtype, shape: given } : given
    const bytes = (elementCount(tensor.shape) * (bitsOf[tensor.dtype] ?? 8)) / 8
    header[name] = { ...tensor, data_offsets: [offset, offset + bytes] }
    offset += bytes
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const start = new Uint8Array(8 + json.length)
  new DataView(start.buffer).setBigUint64(0, BigInt(json.length), true)
  start.set(json, 8)
  const file = await open(path, 'w')
  try {
    await file.write(start)
    await file.truncate(start.length + offset)
  } finally {
    await file.close()
  }
  return path
}
