import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

export type T5Options = {
  epsilon: number
  /** distances from here on share the last bucket */
  maximumDistance: number
}

/** Bucket of a distance (Raffel et al. 2020, section 2.1): exact when near, logarithmic farther off; float32 as in torch. */
export function distanceBucket(distance: number, buckets: number, maximum: number): number {
  const half = buckets / 2
  const exact = half / 2
  const far = Math.abs(distance)
  const side = distance > 0 ? half : 0
  if (far < exact) return side + far
  const ratio = Math.fround(Math.fround(Math.log(far / exact)) / Math.fround(Math.log(maximum / exact)))
  return side + Math.min(exact + Math.trunc(Math.fround(ratio * (half - exact))), half - 1)
}

/** [1, heads, tokens, tokens]: what every head adds to a score for the distance from query to key. */
function positionBias(g: Graph, length: Value, maximum: number): Value {
  const name = 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight'
  g.expect(name, [undefined, undefined])
  // Half for each direction, and half of those for near ones.
  const buckets = 4 * g.rowsIn(name, 4)
  const table = g.int(
    Array.from({ length: 2 * maximum + 1 }, (_, i) => distanceBucket(i - maximum, buckets, maximum)),
  )
  const positions = g.op('Range', [g.int([0], []), g.squeeze(length, [0]), g.int([1], [])])
  const distance = g.sub(g.unsqueeze(positions, [0]), g.unsqueeze(positions, [1]))
  const near = g.max(g.min(distance, g.int([maximum], [])), g.int([-maximum], []))
  const bucket = g.gather(table, g.add(near, g.int([maximum], [])))
  return g.unsqueeze(g.transpose(g.gather(g.weight(name), bucket), [2, 0, 1]), [0])
}

function feedForward(g: Graph, x: Value, name: string): Value {
  if (!g.has(`${name}.wi_0.weight`)) return g.linear(g.relu(g.linear(x, `${name}.wi`)), `${name}.wo`)
  const gate = g.geluTanh(g.linear(x, `${name}.wi_0`))
  return g.linear(g.mul(gate, g.linear(x, `${name}.wi_1`)), `${name}.wo`)
}

/**
 * T5's encoder, v1.1 (gated) or the first form (Raffel et al. 2020; Shazeer 2020), transformers' names.
 * input_ids int64 [batch, sequence] -> last_hidden_state. Without a mask: Flux and SD3 attend to the padding.
 */
export function t5Graph(weights: WeightSource, options: T5Options, path: string): BuiltGraph {
  const g = createGraph(weights)
  const { epsilon, maximumDistance } = options
  const table = weights.has('shared.weight') ? 'shared.weight' : 'encoder.embed_tokens.weight'
  const [, width = 0] = required(weights, table).shape
  const ids = g.input('input_ids', 'int64', ['batch_size', 'sequence_length'])
  const bias = positionBias(g, g.shape(ids, 1, 2), maximumDistance)
  const [, heads = 1] = g.shapeOf('encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight')

  let x = g.embedding(ids, table)
  for (let i = 0; i < countBelow(weights, 'encoder.block.'); i++) {
    const name = `encoder.block.${i}.layer`
    const before = g.rmsNorm(x, `${name}.0.layer_norm`, { epsilon })
    const part = (letter: string): Value => g.linear(before, `${name}.0.SelfAttention.${letter}`)
    // T5 folds the scale into its weights.
    const seen = g.attention(part('q'), part('k'), part('v'), { heads, scale: 1, bias })
    x = g.add(x, g.linear(seen, `${name}.0.SelfAttention.o`))
    x = g.add(
      x,
      feedForward(g, g.rmsNorm(x, `${name}.1.layer_norm`, { epsilon }), `${name}.1.DenseReluDense`),
    )
  }
  const last = g.rmsNorm(x, 'encoder.final_layer_norm', { epsilon })
  g.output('last_hidden_state', last, ['batch_size', 'sequence_length', width])
  return g.finish('t5 encoder', path)
}
