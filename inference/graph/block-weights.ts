import { countOf, type BlockFormat, type Fields, type Wholes } from '../checkpoints/ggml-blocks.ts'
import { widen } from '../checkpoints/number-format.ts'
import type { Value } from './core.ts'
import { elementTypes, type Attribute, type ElementType } from './onnx.ts'

export type BlockCore = {
  op(
    type: string,
    values: readonly Value[],
    options?: { attributes: Record<string, Attribute | undefined> },
  ): Value
  int(data: readonly number[]): Value
  scalar(value: number): Value
  float(data: Float32Array | readonly number[], shape?: readonly number[]): Value
  constant(type: ElementType, shape: readonly number[], data: Uint8Array): Value
}

/**
 * ggml's blocks as ONNX operators, which ONNX Runtime folds into numbers once, when the session opens: bytes of the
 * person's file stay where they are. Half-precision scales are looked up in a table of all 65 536, because ONNX
 * cannot see bytes as another type.
 */
export function blocksOf({ op, int, scalar, float, constant }: BlockCore) {
  let table: Value | undefined

  const cut = (x: Value, start: number, end: number): Value =>
    op('Slice', [x, int([start]), int([end]), int([1])])
  const as = (x: Value, type: ElementType): Value =>
    op('Cast', [x], { attributes: { to: elementTypes[type] } })
  const reshape = (x: Value, shape: readonly number[]): Value => op('Reshape', [x, int(shape)])
  const bytes = (data: readonly number[], shape: readonly number[]): Value =>
    constant('uint8', shape, Uint8Array.from(data))
  const shifted = (x: Value, by: Value, direction: 'LEFT' | 'RIGHT'): Value =>
    op('BitShift', [x, by], { attributes: { direction } })

  function halfAt(blocks: Value, at: number): Value {
    table ??= float(
      widen('F16', Uint16Array.from({ length: 65_536 }, (_, bits) => bits).buffer) ?? new Float32Array(),
    )
    const bits = op('Add', [
      as(cut(blocks, at, at + 1), 'int32'),
      op('Mul', [
        as(cut(blocks, at + 1, at + 2), 'int32'),
        constant('int32', [], new Uint8Array([0, 1, 0, 0])),
      ]),
    ])
    return op('Gather', [table, bits])
  }

  /** blocks u8 [count, bytes] -> u8 [count, fields] */
  function unpacked(blocks: Value, { at, bytes: length, group, shifts, bits, left }: Fields): Value {
    const run = cut(blocks, at, at + length)
    if (bits === 8) return run
    const rows = reshape(run, [-1, length / group, 1, group])
    const apart = shifted(rows, bytes(shifts, [1, 1, shifts.length, 1]), 'RIGHT')
    const kept = op('BitwiseAnd', [apart, bytes([(1 << bits) - 1], [])])
    const up = left === 0 ? kept : shifted(kept, bytes([left], []), 'LEFT')
    return reshape(up, [-1, length * shifts.length])
  }

  /** float32 [count, numbers] */
  function whole(blocks: Value, { parts, signed, centre = 0, table: places }: Wholes): Value {
    const found = parts.map((part) =>
      part.map((fields) => unpacked(blocks, fields)).reduce((all, more) => op('BitwiseOr', [all, more])),
    )
    const raw = found.length === 1 ? (found[0] as Value) : op('Concat', found, { attributes: { axis: 1 } })
    if (places !== undefined) return op('Gather', [float(places), as(raw, 'int32')])
    // A byte with its sign turned over counts from -128.
    if (signed) return op('Sub', [as(op('BitwiseXor', [raw, bytes([128], [])]), 'float32'), scalar(128)])
    return centre === 0 ? as(raw, 'float32') : op('Sub', [as(raw, 'float32'), scalar(centre)])
  }

  /** blocks u8 [count, bytes] -> float32 of `shape` (int64), multiplied in ggml's order: the same to the last bit */
  return function fromBlocks(blocks: Value, format: BlockFormat, shape: Value): Value {
    const { numbers, scale, factors, least, values } = format
    const parts = factors === undefined ? 1 : countOf(factors)
    const each = (at: number, of: Wholes | undefined): Value => {
      const half = halfAt(blocks, at)
      return reshape(of === undefined ? half : op('Mul', [half, whole(blocks, of)]), [-1, parts, 1])
    }
    const inParts = reshape(whole(blocks, values), [-1, parts, numbers / parts])
    const scaled = op('Mul', [inParts, each(scale, factors)])
    if (least === undefined) return op('Reshape', [scaled, shape])
    const type = least.factors === undefined ? 'Add' : 'Sub'
    return op('Reshape', [op(type, [scaled, each(least.at, least.factors)]), shape])
  }
}
