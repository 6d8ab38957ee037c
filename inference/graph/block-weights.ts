import { blockFormats, blockNumbers } from '../checkpoints/ggml-blocks.ts'
import { widen } from '../checkpoints/number-format.ts'
import type { Value } from './core.ts'
import { elementTypes, type Attribute } from './onnx.ts'

export type BlockCore = {
  op(type: string, values: readonly Value[], options?: { attributes: Record<string, Attribute> }): Value
  int(data: readonly number[]): Value
  scalar(value: number): Value
  float(data: Float32Array, shape?: readonly number[]): Value
}

/**
 * ggml's blocks as ONNX operators, which ONNX Runtime folds into numbers once, when the session opens: bytes of the
 * person's file stay where they are. Half-precision scales are looked up in a table of all 65 536, because ONNX
 * cannot see bytes as another type.
 */
export function blocksOf({ op, int, scalar, float }: BlockCore) {
  let table: Value | undefined

  const cut = (x: Value, start: number, end: number): Value =>
    op('Slice', [x, int([start]), int([end]), int([1])])
  const asFloat = (x: Value): Value => op('Cast', [x], { attributes: { to: elementTypes.float32 } })
  const times = (x: Value, factor: number): Value => op('Mul', [x, scalar(factor)])
  const floored = (x: Value, divisor: number): Value => op('Floor', [times(x, 1 / divisor)])
  const rest = (x: Value, divisor: number): Value => op('Sub', [x, times(floored(x, divisor), divisor)])

  function halfAt(blocks: Value, at: number): Value {
    table ??= float(
      widen('F16', Uint16Array.from({ length: 65_536 }, (_, bits) => bits).buffer) ?? new Float32Array(),
    )
    const bits = op('Add', [
      asFloat(cut(blocks, at, at + 1)),
      times(asFloat(cut(blocks, at + 1, at + 2)), 256),
    ])
    return op('Gather', [table, op('Cast', [bits], { attributes: { to: elementTypes.int32 } })])
  }

  /** blocks u8 [count, bytes] -> float32 of `shape` */
  return function fromBlocks(blocks: Value, dtype: string, shape: readonly number[]): Value | undefined {
    const format = blockFormats[dtype]
    if (format === undefined) return undefined
    const { values, bits, fifth, centre, least } = format
    const stored = asFloat(cut(blocks, values, values + (bits === 8 ? blockNumbers : blockNumbers / 2)))
    let whole =
      bits === 8
        ? op('Sub', [stored, times(floored(stored, 128), 256)])
        : op('Concat', [rest(stored, 16), floored(stored, 16)], { attributes: { axis: 1 } })
    if (fifth !== undefined) {
      const bytes = op('Unsqueeze', [asFloat(cut(blocks, fifth, fifth + 4)), int([2])])
      const powers = float(
        Float32Array.from({ length: 8 }, (_, bit) => 2 ** -bit),
        [1, 1, 8],
      )
      const bit = rest(op('Floor', [op('Mul', [bytes, powers])]), 2)
      whole = op('Add', [whole, times(op('Reshape', [bit, int([-1, blockNumbers])]), 16)])
    }
    const centred = centre === 0 ? whole : op('Sub', [whole, scalar(centre)])
    const scaled = op('Mul', [centred, halfAt(blocks, 0)])
    const moved = least === undefined ? scaled : op('Add', [scaled, halfAt(blocks, least)])
    return op('Reshape', [moved, int(shape)])
  }
}
