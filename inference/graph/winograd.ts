import type { Core, Value } from './core.ts'
import type { Operations } from './operations.ts'
import type { Weight } from './weights.ts'
import { outputTransform, side, tapTransform, tile } from './winograd-matrices.ts'

/**
 * A 3x3 convolution of stride 1 and padding 1 by Winograd's minimal filtering F(4x4, 3x3) (Lavin & Gray 2016): tiles of
 * 4x4 outputs from 6x6 inputs, 36 products instead of 144, exact but for float32's rounding (some 1e-6).
 *
 * All transforms are products with small matrices from the left on [taps, channels * tiles], so that nothing is
 * transposed: SpaceToDepth puts a tile's 4x4 pixels on one axis, what a tile needs besides are the first pixels of
 * its neighbours to the right, below, and both.
 */
export function winogradOf(core: Core, operations: Operations) {
  const { op, int, float } = core
  const { add, sub, concat, reshape, shape, matmul, slice } = operations
  const mod = (value: Value): Value => op('Mod', [value, int([tile])])

  /** [batch, 4, 4, channels, rows + 1, columns + 1] -> the 36 taps of each tile, [batch, 36, channels * tiles] */
  function taps(blocks: Value): Value {
    const from = (right: boolean, axis: number, value: Value): Value =>
      right ? slice(value, axis, 1, Number.MAX_SAFE_INTEGER) : slice(value, axis, 0, -1)
    const parts = [false, true].flatMap((down) =>
      [false, true].map((right) => {
        const wanted = [down ? side - tile : tile, right ? side - tile : tile] as const
        const near = slice(slice(blocks, 1, 0, wanted[0]), 2, 0, wanted[1])
        return reshape(from(right, 5, from(down, 4, near)), [0, wanted[0] * wanted[1], -1])
      }),
    )
    return concat(parts, 1)
  }

  return {
    /** x [batch, in, height, width]; `weight` F32 [36, out, in] */
    conv(x: Value, weight: Weight, layer: string, bias: Value | undefined): Value {
      const [, outputs = 0, inputs = 0] = weight.shape
      const size = shape(x, 2, 4)
      // One pixel above and at the left; as many below and at the right as whole tiles take, and one tile more.
      const beyond = add(mod(op('Neg', [size])), int([tile - 1]))
      const padded = op('Pad', [x, concat([int([0, 0, 1, 1, 0, 0]), beyond], 0)])
      const blocks = op('SpaceToDepth', [padded], { attributes: { blocksize: tile } })
      const batch = shape(x, 0, 1)
      const grid = shape(blocks, 2, 4)
      const seen = taps(reshape(blocks, concat([batch, int([tile, tile, inputs]), grid], 0)))
      const input = matmul(float(tapTransform(), [side * side, side * side]), seen)
      const product = op(
        'MatMul',
        [core.stored(`${layer}/winograd`, weight), reshape(input, [0, 0, inputs, -1])],
        {
          name: layer,
        },
      )
      const output = matmul(
        float(outputTransform(), [tile * tile, side * side]),
        reshape(product, [0, side * side, -1]),
      )
      const rows = reshape(output, concat([batch, int([tile * tile * outputs]), sub(grid, int([1]))], 0))
      const picture = op('DepthToSpace', [rows], { attributes: { blocksize: tile } })
      const cut = op('Slice', [picture, int([0, 0]), size, int([2, 3])])
      return bias === undefined ? cut : add(cut, reshape(bias, [outputs, 1, 1]))
    },
  }
}
