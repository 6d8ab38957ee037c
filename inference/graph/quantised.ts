import type { Core, Value } from './core.ts'
import type { Operations } from './operations.ts'
import type { QuantisedWeight } from './weights.ts'

/** u8 activations with their scale and zero point; a second set for what the first rounded away */
type Activations = { values: Value; scale: Value; zeroPoint: Value }

export type ConvGeometry = {
  /** kernel height and width */
  kernel: readonly [number, number]
  stride: number
  /** top, left, bottom, right */
  pads: readonly [number, number, number, number]
}

/** Output of a graph that measures: what the second pass adds to a layer's output, as a part of that output. */
export const residualOutput = (layer: string): string => `residual/${layer}`

const last = Number.MAX_SAFE_INTEGER

const steps = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/**
 * Linear layers and convolutions on u8 activations and s8 weights.
 * [Note: Integer kernels] On x86 only this pairing reaches VNNI and AMX in ONNX Runtime, and only through
 * MatMulIntegerToFloat; ConvInteger and u8 weights are slower than float. So convolutions gather their windows
 * (im2col) from the u8 picture, a quarter of the floats' bytes, and are the same product.
 */
export function quantisedOf(core: Core, operations: Operations) {
  const { op, ops, int } = core
  const { add, sub, mul, div, transpose, gather, reshape, shape, unsqueeze } = operations
  // One quantisation of an activation serves every layer that reads it: query, key and value, both halves of a gate.
  const known = new Map<string, Activations[]>()
  const knownWindows = new Map<string, Value>()

  function quantise(x: Value): Activations {
    const [values, scale, zeroPoint] = ops('DynamicQuantizeLinear', [x], 3) as [Value, Value, Value]
    return { values, scale, zeroPoint }
  }

  function activations(x: Value, passes: 1 | 2): Activations[] {
    const found = known.get(x.id) ?? [quantise(x)]
    if (found.length < passes) {
      const { values, scale, zeroPoint } = found[0] as Activations
      found.push(quantise(sub(x, op('DequantizeLinear', [values, scale, zeroPoint]))))
    }
    known.set(x.id, found)
    return found.slice(0, passes)
  }

  /** Where in a padded picture, its pixels counted row by row, each window's pixels lie: int64 [h', w', rows * columns] */
  function windowPixels(padded: Value, { kernel, stride }: ConvGeometry): Value {
    const [rows, columns] = kernel
    const size = shape(padded, 1, 3)
    const count = op('ReduceProd', [size], { attributes: { keepdims: 0 } })
    const picture = reshape(op('Range', [int([0], []), count, int([1], [])]), size)
    // So far from the end that the window still fits.
    const ends = kernel.map((side) => (side === 1 ? last : 1 - side))
    const corners = op('Slice', [picture, int([0, 0]), int(ends), int([0, 1]), int([stride, stride])])
    // From a window's first pixel to its others: so many whole rows, so many columns.
    const down = steps(rows * columns).map((i) => Math.floor(i / columns))
    const right = steps(rows * columns).map((i) => i % columns)
    const others = add(mul(int(down), shape(padded, 2, 3)), int(right))
    return add(unsqueeze(corners, [2]), others)
  }

  /** The windows of a convolution: u8 [batch, channels, h, w] -> [batch, h', w', kernel rows * columns * channels] */
  function windows(
    { values, zeroPoint }: Activations,
    geometry: ConvGeometry,
    channels: number,
    like: Value,
  ): Value {
    const { kernel, stride, pads } = geometry
    const [top, left, bottom, right] = pads
    const pixels = transpose(values, [0, 2, 3, 1])
    const padded = pads.some((side) => side > 0)
      ? op('Pad', [pixels, int([0, top, left, 0, 0, bottom, right, 0]), zeroPoint])
      : pixels
    if (kernel.every((side) => side === 1) && stride === 1) return padded
    const key = JSON.stringify([like.id, geometry])
    const places = knownWindows.get(key) ?? windowPixels(padded, geometry)
    knownWindows.set(key, places)
    return reshape(gather(reshape(padded, [0, -1, channels]), places, 1), [
      0,
      0,
      0,
      kernel[0] * kernel[1] * channels,
    ])
  }

  function product(input: Activations, weight: QuantisedWeight, layer: string, bias?: Value): Value {
    const values = core.stored(`${layer}/values`, weight.values)
    const scales = core.stored(`${layer}/scales`, weight.scales)
    return op(
      'MatMulIntegerToFloat',
      [input.values, values, input.scale, scales, input.zeroPoint, undefined, bias].slice(
        0,
        bias === undefined ? 5 : 7,
      ),
      { domain: 'com.microsoft', name: layer },
    )
  }

  /** The bias goes with the first pass. */
  function sum(inputs: Activations[], weight: QuantisedWeight, layer: string, bias?: Value): Value {
    const [first, second] = inputs as [Activations, Activations | undefined]
    const result = product(first, weight, layer, bias)
    if (second === undefined) return result
    const rest = product(second, weight, layer)
    const whole = add(result, rest)
    if (weight.form === 'measure') {
      const length = (x: Value): Value => op('ReduceL2', [x], { attributes: { keepdims: 0 } })
      core.output(residualOutput(layer), div(length(rest), length(whole)), [])
    }
    return whole
  }

  function inFourBits(x: Value, weight: QuantisedWeight, layer: string, bias: Value | undefined): Value {
    const [outputs = 0, blocks = 0] = weight.values.shape
    const values = core.stored(`${layer}/values`, weight.values)
    const scales = core.stored(`${layer}/scales`, weight.scales)
    const result = op('MatMulNBits', [x, values, scales], {
      domain: 'com.microsoft',
      name: layer,
      attributes: { K: blocks * 32, N: outputs, bits: 4, block_size: 32 },
    })
    return bias === undefined ? result : add(result, bias)
  }

  const passes = ({ form }: QuantisedWeight): 1 | 2 => (form === 'fast' ? 1 : 2)

  return {
    linear(x: Value, weight: QuantisedWeight, layer: string, bias: Value | undefined): Value {
      if (weight.form === 'small') return inFourBits(x, weight, layer, bias)
      return sum(activations(x, passes(weight)), weight, layer, bias)
    },
    conv(
      x: Value,
      weight: QuantisedWeight,
      layer: string,
      geometry: ConvGeometry,
      bias: Value | undefined,
      /** of the same height and width: where windows lie is worked out once for all convolutions of its size */
      like = x,
    ): Value {
      const [inputSize = 0] = weight.values.shape
      const channels = inputSize / (geometry.kernel[0] * geometry.kernel[1])
      const inputs = activations(x, passes(weight)).map((input) => ({
        ...input,
        values: windows(input, geometry, channels, like),
      }))
      return transpose(sum(inputs, weight, layer, bias), [0, 3, 1, 2])
    },
  }
}
