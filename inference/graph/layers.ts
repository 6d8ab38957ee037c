import type { Core, Value } from './core.ts'
import type { Operations } from './operations.ts'
import { denseLayersOf, type NetworkOptions } from './dense-layers.ts'
import { indivisible } from './weights.ts'

export type AttentionOptions = {
  heads: number
  /** every token sees only itself and earlier ones */
  causal?: boolean
  /** default 1 / sqrt(head size) */
  scale?: number
  /** added to the scores, [batch or 1, heads or 1, queries, keys] */
  bias?: Value
}
/** The layers that networks are made of; parameters are found by the module's canonical name. */
export function layersOf(core: Core, operations: Operations, network: NetworkOptions = {}) {
  const { op, weights } = core
  const { add, mul, reshape, shape } = operations
  const knownUnits = new Map<string, { ones: Value; zeros: Value }>()

  /** As many ones, and zeros, as x [batch, tokens, size] has tokens. */
  function units(x: Value, like: Value): { ones: Value; zeros: Value } {
    const tokens = shape(x, 1, 2)
    const made = () => ({
      ones: operations.expand(core.float([1]), tokens),
      zeros: operations.expand(core.float([0]), tokens),
    })
    const found = knownUnits.get(like.id) ?? made()
    knownUnits.set(like.id, found)
    return found
  }

  /** Throws where what comes out of a layer cannot be shared equally. */
  function refuseUneven(x: Value, axis: number, parts: number): void {
    const [side, maker] = [core.sidesOf(x)?.at(axis), core.makerOf(x)]
    if (typeof side !== 'number' || (Number.isInteger(parts) && side % parts === 0)) return
    if (maker !== undefined) throw indivisible(maker.weight, maker.label, parts)
  }

  return {
    refuseUneven,
    ...denseLayersOf(core, operations, network),

    /** Wu & He 2018. x [batch, channels, ...]; no GroupNorm kernel exists on the CPU, InstanceNorm does the same sums. */
    groupNorm(x: Value, name: string, { groups, epsilon }: { groups: number; epsilon: number }): Value {
      refuseUneven(x, 1, groups)
      for (const part of ['weight', 'bias'])
        core.expect(`${name}.${part}`, [core.sidesOf(x)?.[1]], { flat: true })
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

    /**
     * Ba et al. 2016, over the last axis of x [batch, tokens, size]; without parameters when the checkpoint has none
     * under that name. InstanceNorm over tokens does the same sums, four times as fast as ONNX Runtime's LayerNorm.
     * `like` stands for the number of tokens: what depends on it alone is worked out once.
     */
    layerNorm(x: Value, name: string, { epsilon, like = x }: { epsilon: number; like?: Value }): Value {
      const { ones, zeros } = units(x, like)
      const normal = op('InstanceNormalization', [x, ones, zeros], {
        attributes: { epsilon: { float: epsilon } },
        name,
      })
      if (!core.has(`${name}.weight`)) return normal
      const size = core.sidesOf(x)?.at(-1)
      const biased = network.unbiased !== undefined || weights.has(`${name}.bias`)
      for (const part of biased ? ['weight', 'bias'] : ['weight']) core.expect(`${name}.${part}`, [size])
      const scaled = mul(normal, core.weight(`${name}.weight`))
      return biased ? add(scaled, core.weight(`${name}.bias`)) : scaled
    },

    /** Zhang & Sennrich 2019, over the last axis */
    rmsNorm(x: Value, name: string, options: { epsilon: number }): Value {
      core.expect(`${name}.weight`, [core.sidesOf(x)?.at(-1)])
      return op('SimplifiedLayerNormalization', [x, core.weight(`${name}.weight`)], {
        attributes: { axis: -1, epsilon: { float: options.epsilon } },
        name,
      })
    },

    /** Vaswani et al. 2017. q [batch, queries, heads * size], k and v [batch, keys, heads * size] */
    attention(q: Value, k: Value, v: Value, options: AttentionOptions): Value {
      const { heads, causal = false, scale, bias } = options
      for (const x of [q, k, v]) refuseUneven(x, -1, heads)
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
      const weight = core.expect(name, [undefined, undefined])
      const inBlocks = core.rowsInBlocks(name, weight, ids)
      if (inBlocks !== undefined) return inBlocks
      // Gather does not know 8-bit floats, and whole numbers are refused.
      if (!/^(F16|F32|BF16|F64)$/.test(weight.dtype) || weight.scale !== undefined)
        return operations.gather(core.weight(name), ids)
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
