import { widen } from './number-format.ts'

/**
 * Bit fields in a run of bytes: of every `group` bytes first all fields that begin at shifts[0], then all at shifts[1] …
 * `left`: how far up they go in the number that they are a part of.
 */
export type Fields = {
  at: number
  bytes: number
  group: number
  shifts: readonly number[]
  bits: number
  left: number
}

/** Whole numbers of a block: parts follow each other, a part is put together from fields that lie apart. */
export type Wholes = {
  parts: readonly (readonly Fields[])[]
  /** bytes with a sign */
  signed?: true
  /** what stands for zero */
  centre?: number
  /** they are places in this list */
  table?: readonly number[]
}

/**
 * Numbers that share a scale: scale * factor * value, less least * factor. `scale` and `least.at` are where those lie in
 * half precision; factors, where there are some, belong to equal parts of the block, one after the other.
 * Source of the layouts: ggml-common.h and ggml-quants.c of github.com/ggml-org/ggml.
 */
export type BlockFormat = {
  bytes: number
  numbers: number
  scale: number
  factors?: Wholes
  /** added as it is, or taken away as often as its factors say */
  least?: { at: number; factors?: Wholes }
  values: Wholes
}

function bitsAt(bits: number, at: number, bytes: number, group = bytes, left = 0): Fields {
  const shifts = Array.from({ length: 8 / bits }, (_, i) => i * bits)
  return { at, bytes, group, shifts, bits, left }
}

const field = (at: number, bytes: number, shift: number, bits: number, left = 0): Fields => ({
  at,
  bytes,
  group: bytes,
  shifts: [shift],
  bits,
  left,
})

/** Eight numbers of 6 bits: four whole in the low bits of the bytes at `at`, of the others those hold the upper two. */
const sixBits = (at: number, shift: number): Wholes => ({
  parts: [[field(at, 4, 0, 6)], [field(12, 4, shift, 4), field(at, 4, 6, 2, 4)]],
})
const scalesOf4and5 = { scale: 0, factors: sixBits(4, 0), least: { at: 2, factors: sixBits(8, 4) } }

const unevenSteps = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

export const blockFormats: Readonly<Record<string, BlockFormat>> = {
  Q4_0: { bytes: 18, numbers: 32, scale: 0, values: { parts: [[bitsAt(4, 2, 16)]], centre: 8 } },
  Q4_1: { bytes: 20, numbers: 32, scale: 0, least: { at: 2 }, values: { parts: [[bitsAt(4, 4, 16)]] } },
  Q5_0: {
    bytes: 22,
    numbers: 32,
    scale: 0,
    values: { parts: [[bitsAt(4, 6, 16), bitsAt(1, 2, 4, 1, 4)]], centre: 16 },
  },
  Q5_1: {
    bytes: 24,
    numbers: 32,
    scale: 0,
    least: { at: 2 },
    values: { parts: [[bitsAt(4, 8, 16), bitsAt(1, 4, 4, 1, 4)]] },
  },
  Q8_0: { bytes: 34, numbers: 32, scale: 0, values: { parts: [[bitsAt(8, 2, 32)]], signed: true } },
  Q2_K: {
    bytes: 84,
    numbers: 256,
    scale: 80,
    factors: { parts: [[field(0, 16, 0, 4)]] },
    least: { at: 82, factors: { parts: [[field(0, 16, 4, 4)]] } },
    values: { parts: [[bitsAt(2, 16, 64, 32)]] },
  },
  Q3_K: {
    bytes: 110,
    numbers: 256,
    scale: 108,
    factors: { parts: [[bitsAt(4, 96, 8), bitsAt(2, 104, 4, 4, 4)]], centre: 32 },
    values: { parts: [[bitsAt(2, 32, 64, 32), bitsAt(1, 0, 32, 32, 2)]], centre: 4 },
  },
  Q4_K: { bytes: 144, numbers: 256, ...scalesOf4and5, values: { parts: [[bitsAt(4, 16, 128, 32)]] } },
  Q5_K: {
    bytes: 176,
    numbers: 256,
    ...scalesOf4and5,
    values: { parts: [[bitsAt(4, 48, 128, 32), bitsAt(1, 16, 32, 32, 4)]] },
  },
  Q6_K: {
    bytes: 210,
    numbers: 256,
    scale: 208,
    factors: { parts: [[bitsAt(8, 192, 16)]], signed: true },
    values: { parts: [[bitsAt(4, 0, 128, 64), bitsAt(2, 128, 64, 32, 4)]], centre: 32 },
  },
  IQ4_NL: { bytes: 18, numbers: 32, scale: 0, values: { parts: [[bitsAt(4, 2, 16)]], table: unevenSteps } },
  IQ4_XS: {
    bytes: 136,
    numbers: 256,
    scale: 0,
    factors: { parts: [[bitsAt(4, 4, 4, 1), bitsAt(2, 2, 2, 1, 4)]], centre: 32 },
    values: { parts: [[bitsAt(4, 8, 128, 16)]], table: unevenSteps },
  },
}

/** One field: `bits` of a byte, and how far up they go. */
export type Place = { byte: number; shift: number; bits: number; left: number }

/** Where each number of a block is put together from. */
export function placesOf({ parts }: Wholes): Place[][] {
  return parts.flatMap((part) => {
    const runs = part.map(({ at, bytes, group, shifts, bits, left }) => {
      const places: Place[] = []
      for (let start = at; start < at + bytes; start += group) {
        for (const shift of shifts) {
          for (let byte = start; byte < start + group; byte++) places.push({ byte, shift, bits, left })
        }
      }
      return places
    })
    return (runs[0] ?? []).map((_, i) => runs.map((run) => run[i] as Place))
  })
}

/** Reads the whole numbers of the block that begins at a byte into `out`. */
function readerOf(wholes: Wholes) {
  const places = placesOf(wholes)
  let total = 0
  const ends = Int32Array.from(places, (fields) => (total += fields.length))
  const flat = (of: (place: Place) => number): Int32Array => Int32Array.from(places.flat(), of)
  const [bytes, shifts] = [flat(({ byte }) => byte), flat(({ shift }) => shift)]
  const [masks, lefts] = [flat(({ bits }) => (1 << bits) - 1), flat(({ left }) => left)]
  const { signed, centre = 0, table } = wholes
  return (data: Uint8Array, start: number, out: Float32Array): void => {
    for (let i = 0, k = 0; i < out.length; i++) {
      let whole = 0
      for (const end = ends[i] as number; k < end; k++) {
        const found =
          ((data[start + (bytes[k] as number)] as number) >> (shifts[k] as number)) & (masks[k] as number)
        whole |= found << (lefts[k] as number)
      }
      out[i] = table !== undefined ? (table[whole] as number) : signed ? (whole << 24) >> 24 : whole - centre
    }
  }
}

/** How many whole numbers they are. */
export const countOf = ({ parts }: Wholes): number =>
  parts.reduce((sum, [first]) => sum + (first === undefined ? 0 : first.bytes * first.shifts.length), 0)

/** The numbers of whole blocks, or undefined for a format that is not one of the above. */
export function fromBlocks(dtype: string, buffer: ArrayBuffer): Float32Array | undefined {
  const format = blockFormats[dtype]
  if (format === undefined) return undefined
  const { scale, factors, least } = format
  const data = new Uint8Array(buffer)
  const view = new DataView(buffer)
  const count = data.length / format.bytes
  const numbers = new Float32Array(count * format.numbers)
  const halves =
    widen('F16', Uint16Array.from({ length: 65_536 }, (_, bits) => bits).buffer) ?? new Float32Array()
  const half = (at: number): number => halves[view.getUint16(at, true)] as number
  const ones = Float32Array.from({ length: factors === undefined ? 1 : countOf(factors) }, () => 1)
  const taken = Float32Array.from(
    { length: least?.factors === undefined ? 1 : countOf(least.factors) },
    () => -1,
  )
  const [readValues, readFactors, readTaken] = [format.values, factors, least?.factors].map((wholes) =>
    wholes === undefined ? undefined : readerOf(wholes),
  )
  for (let block = 0; block < count; block++) {
    const start = block * format.bytes
    const own = numbers.subarray(block * format.numbers, (block + 1) * format.numbers)
    readValues?.(data, start, own)
    readFactors?.(data, start, ones)
    readTaken?.(data, start, taken)
    const whole = half(start + scale)
    const lowest = least === undefined ? 0 : half(start + least.at)
    const [each, eachTaken] = [own.length / ones.length, own.length / taken.length]
    for (let i = 0; i < own.length; i++) {
      // Every product fits into a float32 but the last; a double holds that one too.
      const scaled = (own[i] as number) * (whole * (ones[Math.trunc(i / each)] as number))
      own[i] = least === undefined ? scaled : scaled - lowest * (taken[Math.trunc(i / eachTaken)] as number)
    }
  }
  return numbers
}
