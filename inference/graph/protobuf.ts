/**
 * Writing protobuf wire format, nothing more: a message is a list of fields, a field is a tag and bytes.
 * Source: protobuf.dev/programming-guides/encoding. Reading is never needed here.
 */
export type Field = Uint8Array

const utf8 = new TextEncoder()

function varintBytes(value: number | bigint): number[] {
  const result: number[] = []
  // Negative numbers take ten bytes, as two's complement of 64 bits.
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    result.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  result.push(Number(rest))
  return result
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** int32, int64, enum, bool */
export function integer(field: number, value: number | bigint): Field {
  return Uint8Array.from([...varintBytes(field << 3), ...varintBytes(value)])
}

export function float(field: number, value: number): Field {
  const four = new Uint8Array(4)
  new DataView(four.buffer).setFloat32(0, value, true)
  return joined([Uint8Array.from(varintBytes((field << 3) | 5)), four])
}

export function bytes(field: number, value: Uint8Array): Field {
  return joined([Uint8Array.from([...varintBytes((field << 3) | 2), ...varintBytes(value.length)]), value])
}

export function text(field: number, value: string): Field {
  return bytes(field, utf8.encode(value))
}

export function message(field: number, fields: readonly Field[]): Field {
  return bytes(field, joined(fields))
}
