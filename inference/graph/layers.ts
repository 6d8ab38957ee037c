import type { Core, Value } from './core.ts'
import type { Operations } from './operations.ts'
import { deltasOf } from './deltas.ts'
import { required, reshaped, rowsOf } from './weights.ts'

/** [top, left, bottom, right], or the same on every side */
export type Padding = number | readonly [number, number, number, number]
export type ConvOptions = { stride?: number; padding?: Padding; groups?: number }
export type AttentionOptions = {
  heads: number
  /** every token sees only itself and earlier ones */
  causal?: boolean
  /** default 1 / sqrt(head size) */
  scale?: number
  /** added to the scores, [batch or 1, heads or 1, queries, keys] */
  bias?: Value
}
export type LinearOptions = {
  /** rows [start, end) of weight and bias: a part of the outputs, as if it were a layer of its own */
  rows?: readonly [number, number]
}

/** The layers that networks are made of; parameters are found by the module's canonical name. */
export function layersOf(core: Core, operations: Operations) {
  const { op, weights } = core
  const { add, mul, reshape, shape } = operations
  const deltas = deltasOf(core, operations)

  function part(name: string, rows: LinearOptions['rows']): Value {
    const weight = required(weights, name)
    // A 1x1 convolution is a linear layer over channels.
    const flat = weight.shape.length > 2 ? reshaped(weight, weight.shape.slice(0, 2)) : weight
    if (rows === undefined) return core.widen(name, flat)
    return core.widen(`${name}[${rows[0]}:${rows[1]}]`, rowsOf(flat, rows[0], rows[1]))
  }

  function withBias(x: Value, name: string, rows?: LinearOptions['rows']): Value {
    const bias = weights.get(`${name}.bias`)
    if (bias === undefined) return x
    let sum = part(`${name}.bias`, rows)
    for (const delta of bias.deltas ?? []) sum = add(sum, deltas.bias(`${name}.bias`, delta, rows))
    return add(x, sum)
  }

  /** A convolution of that stride and padding with any kernel. */
  function convolution({ stride = 1, padding = 0, groups = 1 }: ConvOptions) {
    const pads = typeof padding === 'number' ? [padding, padding, padding, padding] : padding
    return (x: Value, kernel: Value, size: readonly number[], name: string, bias?: Value): Value =>
      op('Conv', bias === undefined ? [x, kernel] : [x, kernel, bias], {
        attributes: { kernel_shape: size.slice(2), strides: [stride, stride], pads, group: groups },
        name,
      })
  }

  return {
    /** x [..., in] -> [..., out]; weight [out, in]. FusedMatMul packs [out, in] as well as [in, out]. */
    linear(x: Value, name: string, options: LinearOptions = {}): Value {
      const weight = required(weights, `${name}.weight`)
      const product = op('FusedMatMul', [x, part(`${name}.weight`, options.rows)], {
        domain: 'com.microsoft',
        attributes: { transB: weight.transposed === true ? 0 : 1 },
        name,
      })
      let result = withBias(product, name, options.rows)
      for (const delta of weight.deltas ?? []) {
        result = add(result, deltas.linear(x, name, weight, delta, options.rows))
      }
      return result
    },

    /** x [batch, in, height, width]; weight [out, in / groups, kernel, kernel] */
    conv(x: Value, name: string, options: ConvOptions = {}): Value {
      const weight = required(weights, `${name}.weight`)
      const run = convolution(options)
      const bias = weights.get(`${name}.bias`)
      let result = run(
        x,
        core.weight(`${name}.weight`),
        weight.shape,
        name,
        bias === undefined ? undefined : core.weight(`${name}.bias`),
      )
      for (const delta of bias?.deltas ?? []) {
        result = add(result, reshape(deltas.bias(`${name}.bias`, delta, undefined), [1, -1, 1, 1]))
      }
      for (const [i, delta] of (weight.deltas ?? []).entries()) {
        const again = (input: Value, kernel: Value, size: readonly number[]): Value =>
          run(input, kernel, size, `${name}/delta.${i}`)
        result = add(result, deltas.conv(x, name, weight, delta, again))
      }
      return result
    },

    /** Wu & He 2018. x [batch, channels, ...]; no GroupNorm kernel exists on the CPU, InstanceNorm does the same sums. */
    groupNorm(x: Value, name: string, options: { groups: number; epsilon: number }): Value {
      const { groups, epsilon } = options
      const ones = core.float(Array.from({ length: groups }, () => 1))
      const zeros = core.float(Array.from({ length: groups }, () => 0))
      const normal = op('InstanceNormalization', [reshape(x, [0, groups, -1]), ones, zeros], {
        attributes: { epsilon: { float: epsilon } },
        name,
      })
      const [channels = 0] = core.shapeOf(`${name}.weight`)
      const gain = reshape(core.weight(`${name}.weight`), [channels, 1, 1])
      const offset = reshape(core.weight(`${name}.bias`), [channels, 1, 1])
      return add(mul(reshape(normal, shape(x)), gain), offset)
    },

    /** Ba et al. 2016, over the last axis; without parameters when the checkpoint has none under that name */
    layerNorm(x: Value, name: string, options: { epsilon: number; size?: number }): Value {
      const parameters = weights.has(`${name}.weight`)
        ? [
            core.weight(`${name}.weight`),
            ...(weights.has(`${name}.bias`) ? [core.weight(`${name}.bias`)] : []),
          ]
        : [core.float(Array.from({ length: options.size ?? 0 }, () => 1))]
      return op('LayerNormalization', [x, ...parameters], {
        attributes: { axis: -1, epsilon: { float: options.epsilon } },
        name,
      })
    },

    /** Zhang & Sennrich 2019, over the last axis */
    rmsNorm(x: Value, name: string, options: { epsilon: number }): Value {
      return op('SimplifiedLayerNormalization', [x, core.weight(`${name}.weight`)], {
        attributes: { axis: -1, epsilon: { float: options.epsilon } },
        name,
      })
    },

    /** Vaswani et al. 2017. q [batch, queries, heads * size], k and v [batch, keys, heads * size] */
    attention(q: Value, k: Value, v: Value, options: AttentionOptions): Value {
      const { heads, causal = false, scale, bias } = options
      return op(
        'MultiHeadAttention',
        [q, k, v, undefined, undefined, bias].slice(0, bias === undefined ? 3 : 6),
        {
          domain: 'com.microsoft',
          attributes: {
            num_heads: heads,
            unidirectional: causal ? 1 : undefined,
            scale: scale === undefined ? undefined : { float: scale },
          },
        },
      )
    },

    /** Each id's row of the table, as float32; only the rows taken are widened. */
    embedding(ids: Value, name: string): Value {
      const weight = required(weights, name)
      // Gather knows no 8-bit floats.
      if (weight.dtype.startsWith('F8')) return operations.gather(core.weight(name), ids)
      const rows = op('Gather', [core.stored(name, weight), ids], { name: `${name}/rows` })
      return weight.dtype === 'F32' ? rows : operations.cast(rows, 'float32')
    },

    /** nearest neighbour, x [batch, channels, height, width] to the height and width of `like` */
    upsampleLike(x: Value, like: Value): Value {
      const sizes = operations.concat([shape(x, 0, 2), shape(like, 2, 4)], 0)
      return op('Resize', [x, undefined, undefined, sizes], {
        attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      })
    },
    upsample(x: Value, factor: number): Value {
      return op('Resize', [x, undefined, core.float([1, 1, factor, factor])], {
        attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      })
    },
  }
}

export type Layers = ReturnType<typeof layersOf>
