import { ByteCursor } from './byte-cursor.ts'
import { damaged, withFile } from './file-bytes.ts'
import { blockFormats } from './ggml-blocks.ts'
import { bitsOf, elementCount } from './number-format.ts'
import type { TensorEntry } from './safetensors.ts'

export type GgufFile = {
  path: string
  size: number
  version: number
  /** general.architecture: "flux", "sd3", "lumina2" (Z-Image too), "qwen3" … */
  architecture: string
  metadata: Record<string, string>
  /** dtype is ggml's name (Q8_0, Q4_K …); shape is in torch's order (ggml stores it reversed) */
  tensors: Map<string, TensorEntry>
}

const headerBudget = 256 << 20
const tensorLimit = 200_000
const entryLimit = 100_000

/** ggml.h, enum ggml_type */
const tensorTypes: Record<number, string> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  8: 'Q8_0',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  14: 'Q6_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  30: 'BF16',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
}

/** Bytes of a scalar metadata value by its type; 8 is a text, 9 an array. */
const valueSizes: Record<number, number> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

async function skipValue(cursor: ByteCursor, type: number, depth = 0): Promise<void> {
  const size = valueSizes[type]
  if (size !== undefined) return cursor.skip(size)
  if (type === 8) return cursor.skip(await cursor.u64())
  if (type !== 9 || depth > 4) throw damaged(cursor.path, 'header-value', { value: type })
  const element = await cursor.u32()
  const count = await cursor.u64()
  const elementSize = valueSizes[element]
  if (elementSize !== undefined) return cursor.skip(count * elementSize)
  for (let i = 0; i < count; i++) await skipValue(cursor, element, depth + 1)
}

/** Tensors of more than two dimensions are flattened by ComfyUI's converter, which notes what they were. */
const shapePrefix = 'comfy.gguf.orig_shape.'

async function readMetadata(
  cursor: ByteCursor,
  count: number,
  shapes: Map<string, number[]>,
): Promise<Record<string, string>> {
  const metadata: Record<string, string> = {}
  for (let i = 0; i < count; i++) {
    const key = await cursor.text(await cursor.u64(), 65_536)
    const type = await cursor.u32()
    if (type === 8 && key.startsWith('general.')) metadata[key] = await cursor.text(await cursor.u64())
    else if (type === 9 && key.startsWith(shapePrefix)) {
      shapes.set(key.slice(shapePrefix.length), await readSides(cursor))
    } else if (type === 4) metadata[key] = String(await cursor.u32())
    else await skipValue(cursor, type)
  }
  return metadata
}

async function readSides(cursor: ByteCursor): Promise<number[]> {
  const element = await cursor.u32()
  const count = await cursor.u64()
  if ((element !== 4 && element !== 5) || count > 8)
    throw damaged(cursor.path, 'header-value', { value: count })
  const sides: number[] = []
  for (let i = 0; i < count; i++) sides.push(await cursor.u32())
  return sides
}

/** Bytes of so many numbers; undefined for formats whose blocks are not known here. */
function bytesOf(dtype: string, count: number): number | undefined {
  const block = blockFormats[dtype]
  if (block !== undefined) return (count / block.numbers) * block.bytes
  const bits = bitsOf[dtype]
  return bits === undefined ? undefined : (count * bits) / 8
}

/**
 * The header of a GGUF file (version 2 or 3). Throws 'model-damaged' or 'path-not-found'.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export async function readGgufHeader(path: string): Promise<GgufFile> {
  return withFile(path, async (file, size) => {
    const cursor = new ByteCursor(file, path, size, headerBudget)
    if ((await cursor.text(4)) !== 'GGUF') throw damaged(path, 'not-of-format', { format: 'GGUF' })
    const version = await cursor.u32()
    if (version < 2 || version > 3) throw damaged(path, 'format-version', { format: 'GGUF', version })
    const tensorCount = await cursor.u64()
    const entryCount = await cursor.u64()
    if (tensorCount > tensorLimit || entryCount > entryLimit)
      throw damaged(path, 'header-value', { value: Math.max(tensorCount, entryCount) })
    const shapes = new Map<string, number[]>()
    const metadata = await readMetadata(cursor, entryCount, shapes)
    const found: { name: string; dtype: string; shape: number[]; offset: number }[] = []
    const names = new Set<string>()
    for (let i = 0; i < tensorCount; i++) {
      const name = await cursor.text(await cursor.u64(), 65_536)
      const dimensions = await cursor.u32()
      if (dimensions > 8) throw damaged(path, 'tensor-entry', { tensor: name })
      const shape: number[] = []
      for (let axis = 0; axis < dimensions; axis++) shape.unshift(await cursor.u64())
      const type = await cursor.u32()
      const offset = await cursor.u64()
      if (names.has(name)) throw damaged(path, 'tensor-twice', { tensor: name })
      names.add(name)
      found.push({ name, dtype: tensorTypes[type] ?? `type ${type}`, shape, offset })
    }
    const alignment = Number(metadata['general.alignment'] ?? 32)
    const start = Math.ceil(cursor.position / alignment) * alignment
    const tensors: GgufFile['tensors'] = new Map()
    for (const { name, dtype, shape, offset } of found) {
      const count = elementCount(shape)
      const original = shapes.get(name)
      const sides = original !== undefined && elementCount(original) === count ? original : shape
      const begin = start + offset
      if (count % (blockFormats[dtype]?.numbers ?? 1) !== 0) {
        throw damaged(path, 'tensor-entry', { tensor: name })
      }
      const end = begin + (bytesOf(dtype, count) ?? 0)
      if (!Number.isSafeInteger(end) || end > size) {
        throw damaged(path, 'tensor-outside', { tensor: name })
      }
      tensors.set(name, { dtype, shape: sides, path, begin, end })
    }
    return { path, size, version, architecture: metadata['general.architecture'] ?? '', metadata, tensors }
  })
}
