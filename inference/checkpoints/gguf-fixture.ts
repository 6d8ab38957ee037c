import { toHalf } from '../half.ts'

export type GgufTensor = {
  name: string
  /** torch's order */
  shape: readonly number[]
  /** ggml_type */
  type: number
  data: Uint8Array
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
  u64(2)
  text('general.architecture')
  u32(8)
  text(architecture)
  text('tokens')
  u32(9)
  u32(8)
  u64(2)
  text('a')
  text('bc')
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

/** ggml_type 8: scale = largest / 127, rounded values. */
export function toQ8(numbers: Float32Array): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < numbers.length; at += 32) {
    const block = numbers.subarray(at, at + 32)
    const scale = Math.max(...block.map(Math.abs)) / 127
    const values = Int8Array.from(block, (value) => (scale === 0 ? 0 : Math.round(value / scale)))
    blocks.push(half(scale), new Uint8Array(values.buffer))
  }
  return new Uint8Array(Buffer.concat(blocks))
}

/** ggml_type 2: scale = extreme / -8, two values to a byte, the first sixteen low. */
export function toQ4(numbers: Float32Array): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < numbers.length; at += 32) {
    const block = numbers.subarray(at, at + 32)
    const extreme = block.reduce((found, value) => (Math.abs(value) > Math.abs(found) ? value : found), 0)
    const scale = extreme / -8
    const values = Array.from(block, (value) =>
      Math.min(15, scale === 0 ? 8 : Math.floor(value / scale + 8.5)),
    )
    const pairs = values.slice(0, 16).map((low, i) => low | ((values[i + 16] ?? 0) << 4))
    blocks.push(half(scale), Uint8Array.from(pairs))
  }
  return new Uint8Array(Buffer.concat(blocks))
}
