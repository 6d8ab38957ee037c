import { open } from 'node:fs/promises'

export type PlannedTensor = { name: string; dtype: 'I8' | 'U8' | 'F32'; shape: readonly number[] }

const bytesOf: Readonly<Record<PlannedTensor['dtype'], number>> = { I8: 1, U8: 1, F32: 4 }
const sizeOf = ({ dtype, shape }: PlannedTensor): number =>
  shape.reduce((product, side) => product * side, bytesOf[dtype])

function headerOf(tensors: readonly PlannedTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries: [string, unknown][] = [['__metadata__', metadata]]
  let offset = 0
  for (const tensor of tensors) {
    const end = offset + sizeOf(tensor)
    entries.push([tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, end] }])
    offset = end
  }
  const json = JSON.stringify(Object.fromEntries(entries))
  // Data begin at a multiple of eight, as the format recommends.
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8, ' '))
  const bytes = new Uint8Array(8 + text.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

/**
 * Writes a .safetensors file tensor by tensor, in the planned order, so that only one is in memory. Flushed to the
 * disk before it returns; the caller gives it its final name.
 */
export async function writeTensors(
  path: string,
  tensors: readonly PlannedTensor[],
  metadata: Readonly<Record<string, string>>,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(headerOf(tensors, metadata))
    let index = 0
    for await (const bytes of content) {
      const planned = tensors[index++]
      if (planned === undefined || sizeOf(planned) !== bytes.length) {
        throw new Error(`${planned?.name ?? 'a surplus tensor'} has ${bytes.length} bytes`)
      }
      await file.writeFile(bytes)
    }
    if (index !== tensors.length) throw new Error(`${tensors.length - index} tensors were not written`)
    await file.sync()
  } finally {
    await file.close()
  }
}
