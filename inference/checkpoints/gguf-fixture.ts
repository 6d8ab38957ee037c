import { toHalf } from '../half.ts'
import { blockFormats, countOf, placesOf, type Wholes } from './ggml-blocks.ts'

export type GgufTensor = {
  name: string
  /** torch's order */
  shape: readonly number[]
  /** ggml_type */
  type: number
  data: Uint8Array
  /** what it is when its rows were written through as if they were longer, as ComfyUI's converter does */
  original?: readonly number[]
}

const aligned = (length: number): number => Math.ceil(length / 32) * 32

/** A GGUF file, version 3, as docs/gguf.md of ggml describes it. */
export function ggufBytes(architecture: string, tensors: readonly GgufTensor[]): Uint8Array {
  const parts: Buffer[] = []
  const u32 = (value: number): number => parts.push(Buffer.from(Uint32Array.of(value).buffer))
  const u64 = (value: number): number => parts.push(Buffer.from(BigUint64Array.of(BigInt(value)).buffer))
  const text = (value: string): void => {
    u64(Buffer.byteLength(value))
    parts.push(Buffer.from(value))
  }
  parts.push(Buffer.from('GGUF'))
  u32(3)
  u64(tensors.length)
  const reshaped = tensors.filter(({ original }) => original !== undefined)
  u64(2 + reshaped.length)
  text('general.architecture')
  u32(8)
  text(architecture)
  text('tokens')
  u32(9)
  u32(8)
  u64(2)
  text('a')
  text('bc')
  for (const { name, original = [] } of reshaped) {
    text(`comfy.gguf.orig_shape.${name}`)
    u32(9)
    u32(5)
    u64(original.length)
    for (const side of original) u32(side)
  }
  let offset = 0
  for (const { name, shape, type, data } of tensors) {
    text(name)
    u32(shape.length)
    for (const side of shape.toReversed()) u64(side)
    u32(type)
    u64(offset)
    offset += aligned(data.length)
  }
  const header = Buffer.concat(parts)
  const chunks = [header, Buffer.alloc(aligned(header.length) - header.length)]
  for (const { data } of tensors)
    chunks.push(Buffer.from(data), Buffer.alloc(aligned(data.length) - data.length))
  return Buffer.concat(chunks)
}

const half = (value: number): Uint8Array => new Uint8Array(toHalf(Float32Array.of(value)).buffer)

/**
 * Any kind of block, with one scale for all of it and its sixteenths alike: coarser than it might be, and right for
 * reading. The places of bits are those that reading uses, which is compared with ggml's own.
 */
export function toBlocks(dtype: string, numbers: Float32Array): Uint8Array {
  const format = blockFormats[dtype]
  if (format === undefined) throw new Error(dtype)
  const { values, scale, factors, least } = format
  const blocks = new Uint8Array((numbers.length / format.numbers) * format.bytes)
  const put = (start: number, wholes: Wholes, of: (i: number) => number): void => {
    for (const [i, places] of placesOf(wholes).entries()) {
      for (const { byte, shift, bits, left } of places) {
        blocks[start + byte] =
          (blocks[start + byte] as number) | (((of(i) >> left) & ((1 << bits) - 1)) << shift)
      }
    }
  }
  const bitsOf = ({ parts }: Wholes): number =>
    Math.max(...(parts.at(-1) ?? []).map(({ bits, left }) => bits + left))
  for (let start = 0, from = 0; from < numbers.length; start += format.bytes, from += format.numbers) {
    const block = numbers.subarray(from, from + format.numbers)
    const [low, high] = [Math.min(...block), Math.max(...block)]
    const { table, signed, centre = 0 } = values
    const top = 2 ** bitsOf(values) - 1
    const extreme = Math.max(-low, high)
    const step =
      least === undefined
        ? extreme / (table === undefined ? Math.min(127, (top + 1) / 2 - 1) : 113)
        : (high - low) / top
    // Seven, above what stands for zero.
    const [factor, taken] = [factors === undefined ? 1 : 7, least?.factors === undefined ? -1 : 7]
    blocks.set(half(step / factor), start + scale)
    if (least !== undefined) blocks.set(half(-low / taken), start + least.at)
    if (factors !== undefined) put(start, factors, () => 7 + (factors.centre ?? 0))
    if (least?.factors !== undefined) put(start, least.factors, () => 7)
    put(start, values, (i) => {
      const wanted = ((block[i] as number) - (least === undefined ? 0 : low)) / (step === 0 ? 1 : step)
      if (table !== undefined) {
        const distances = table.map((value) => Math.abs(value - wanted))
        return distances.indexOf(Math.min(...distances))
      }
      const whole = Math.round(wanted) + centre
      return signed === true ? whole & 255 : Math.min(top, Math.max(0, whole))
    })
  }
  if (countOf(values) !== format.numbers)
    throw new Error(`${dtype} has places for ${countOf(values)} numbers`)
  return blocks
}
