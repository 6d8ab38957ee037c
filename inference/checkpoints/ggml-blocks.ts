import { widen } from './number-format.ts'

/**
 * ggml's blocks of 32 numbers with a scale of their own (half precision), and for some a least value.
 * Source: ggml-common.h and ggml-quants.c of github.com/ggml-org/ggml, block_q4_0 … block_q8_0.
 */
export type BlockFormat = {
  /** bytes of a block */
  bytes: number
  /** where the least value lies; without one values are centred by `centre` */
  least?: number
  centre: number
  /** where 32 fifth bits lie */
  fifth?: number
  /** where 16 bytes of two nibbles, or 32 signed bytes lie: first half of the block in the low nibbles */
  values: number
  bits: 4 | 5 | 8
}

export const blockNumbers = 32

export const blockFormats: Readonly<Record<string, BlockFormat>> = {
  Q4_0: { bytes: 18, centre: 8, values: 2, bits: 4 },
  Q4_1: { bytes: 20, least: 2, centre: 0, values: 4, bits: 4 },
  Q5_0: { bytes: 22, centre: 16, fifth: 2, values: 6, bits: 5 },
  Q5_1: { bytes: 24, least: 2, centre: 0, fifth: 4, values: 8, bits: 5 },
  Q8_0: { bytes: 34, centre: 0, values: 2, bits: 8 },
}

function whole(block: Uint8Array, format: BlockFormat, i: number): number {
  if (format.bits === 8) return ((block[format.values + i] as number) << 24) >> 24
  const pair = block[format.values + (i % 16)] as number
  const low = i < 16 ? pair & 15 : pair >> 4
  if (format.fifth === undefined) return low
  const bit = ((block[format.fifth + (i >> 3)] as number) >> (i & 7)) & 1
  return low | (bit << 4)
}

/** The numbers of whole blocks, or undefined for a format that is not one of the above. */
export function fromBlocks(dtype: string, buffer: ArrayBuffer): Float32Array | undefined {
  const format = blockFormats[dtype]
  if (format === undefined) return undefined
  const bytes = new Uint8Array(buffer)
  const count = bytes.length / format.bytes
  const numbers = new Float32Array(count * blockNumbers)
  const heads = new Uint16Array(format.least === undefined ? count : count * 2)
  const each = heads.length / count
  const view = new DataView(buffer)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < each; j++) heads[i * each + j] = view.getUint16(i * format.bytes + 2 * j, true)
  }
  const halves = widen('F16', heads.buffer) ?? new Float32Array()
  for (let i = 0; i < count; i++) {
    const block = bytes.subarray(i * format.bytes, (i + 1) * format.bytes)
    const scale = halves[i * each] as number
    const least = each === 2 ? (halves[i * each + 1] as number) : 0
    for (let j = 0; j < blockNumbers; j++) {
      numbers[i * blockNumbers + j] = (whole(block, format, j) - format.centre) * scale + least
    }
  }
  return numbers
}
