/**
 * The number formats that checkpoints store, and their widening to float32.
 * Names are those of the safetensors header. Formats: IEEE 754 binary16; bfloat16; OCP 8-bit floating point
 * specification (E4M3 without infinities, E5M2 with them).
 */
export const bitsOf: Readonly<Record<string, number>> = {
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
  F32: 32,
  I32: 32,
  U32: 32,
  F16: 16,
  BF16: 16,
  I16: 16,
  U16: 16,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  I8: 8,
  U8: 8,
  BOOL: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
}

function floatFromBits(bits: number, exponentBits: number, mantissaBits: number, finite: boolean): number {
  const exponentMask = (1 << exponentBits) - 1
  const bias = exponentMask >> 1
  const sign = (bits >> (exponentBits + mantissaBits)) & 1 ? -1 : 1
  const exponent = (bits >> mantissaBits) & exponentMask
  const mantissa = bits & ((1 << mantissaBits) - 1)
  if (finite) {
    // E4M3 gives the top exponent to numbers; only all ones is NaN.
    if (exponent === exponentMask && mantissa === (1 << mantissaBits) - 1) return Number.NaN
  } else if (exponent === exponentMask) {
    return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  }
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits)
  return sign * (1 + mantissa / 2 ** mantissaBits) * 2 ** (exponent - bias)
}

function tableOf(size: number, value: (bits: number) => number): () => Float32Array {
  let table: Float32Array | undefined
  return () => (table ??= Float32Array.from({ length: size }, (_, bits) => value(bits)))
}

const halfTable = tableOf(65_536, (bits) => floatFromBits(bits, 5, 10, false))
const e4m3Table = tableOf(256, (bits) => floatFromBits(bits, 4, 3, true))
const e5m2Table = tableOf(256, (bits) => floatFromBits(bits, 5, 2, false))
const e8m0Table = tableOf(256, (bits) => (bits === 255 ? Number.NaN : 2 ** (bits - 127)))

function fromBfloat16(source: Uint16Array): Float32Array {
  const widened = new Uint32Array(source.length)
  for (let i = 0; i < source.length; i++) widened[i] = (source[i] as number) << 16
  return new Float32Array(widened.buffer)
}

function fromTable(source: Uint8Array | Uint16Array, table: Float32Array): Float32Array {
  const out = new Float32Array(source.length)
  for (let i = 0; i < source.length; i++) out[i] = table[source[i] as number] as number
  return out
}

/** A shape as people write it; sides that may be any stand as a dash. */
export const shapeText = (shape: readonly (number | string | undefined)[]): string =>
  `[${shape.map((side) => (typeof side === 'number' ? String(side) : '–')).join(', ')}]`

/** Element count of a shape; a scalar has one. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/**
 * Little-endian bytes (starting at a multiple of the element size in their buffer) as float32, or undefined for a
 * format that has no plain meaning element by element (packed 4- and 6-bit, complex).
 */
export function widen(dtype: string, buffer: ArrayBuffer): Float32Array | undefined {
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer)
    case 'F16':
      return fromTable(new Uint16Array(buffer), halfTable())
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer))
    case 'F8_E4M3':
      return fromTable(new Uint8Array(buffer), e4m3Table())
    case 'F8_E5M2':
      return fromTable(new Uint8Array(buffer), e5m2Table())
    case 'F8_E8M0':
      return fromTable(new Uint8Array(buffer), e8m0Table())
    case 'F64':
      return Float32Array.from(new Float64Array(buffer))
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number)
    case 'U64':
      return Float32Array.from(new BigUint64Array(buffer), Number)
    case 'I32':
      return Float32Array.from(new Int32Array(buffer))
    case 'U32':
      return Float32Array.from(new Uint32Array(buffer))
    case 'I16':
      return Float32Array.from(new Int16Array(buffer))
    case 'U16':
      return Float32Array.from(new Uint16Array(buffer))
    case 'I8':
      return Float32Array.from(new Int8Array(buffer))
    case 'U8':
    case 'BOOL':
      return Float32Array.from(new Uint8Array(buffer))
    default:
      return undefined
  }
}
