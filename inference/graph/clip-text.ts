import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { countBelow, required, type Weight, type WeightSource } from './weights.ts'

export type ClipTextOptions = {
  heads: number
  /** OpenAI's CLIP has the sigmoid form, OpenCLIP the exact one */
  activation: 'quick_gelu' | 'gelu'
  epsilon?: number
  /** where the pooled vector is taken: 2 (nearly all published configs) means at the largest id, else at the first such id */
  eosTokenId?: number
  /** learned vectors [n, width] whose ids follow the vocabulary, in this order (textual inversion) */
  extraEmbeddings?: readonly Weight[]
}

/** The token table continued by learned vectors, without copying the table. */
function tokenEmbedding(g: Graph, ids: Value, extra: readonly Weight[]): Value {
  const table = 'embeddings.token_embedding.weight'
  if (extra.length === 0) return g.embedding(ids, table)
  const [rows = 0] = g.shapeOf(table)
  const learned = g.concat(
    extra.map((weight, i) => g.widen(`learned.${i}`, weight)),
    0,
  )
  const known = g.embedding(g.min(ids, g.int([rows - 1], [])), table)
  const added = g.gather(learned, g.max(g.sub(ids, g.int([rows], [])), g.int([0], [])))
  return g.where(g.unsqueeze(g.greaterOrEqual(ids, g.int([rows], [])), [2]), added, known)
}

function layer(g: Graph, x: Value, name: string, options: ClipTextOptions): Value {
  const { heads, activation, epsilon = 1e-5 } = options
  const before = g.layerNorm(x, `${name}.layer_norm1`, { epsilon })
  const [q, k, v] = ['q', 'k', 'v'].map((part) => g.linear(before, `${name}.self_attn.${part}_proj`)) as [
    Value,
    Value,
    Value,
  ]
  const seen = g.linear(g.attention(q, k, v, { heads, causal: true }), `${name}.self_attn.out_proj`)
  const middle = g.add(x, seen)
  const hidden = g.linear(g.layerNorm(middle, `${name}.layer_norm2`, { epsilon }), `${name}.mlp.fc1`)
  const active = activation === 'gelu' ? g.gelu(hidden) : g.quickGelu(hidden)
  return g.add(middle, g.linear(active, `${name}.mlp.fc2`))
}

/**
 * CLIP's text model (Radford et al. 2021), with transformers' names less the `text_model.` prefix.
 * input_ids int64 [batch, sequence] -> last_hidden_state (after the final norm), hidden_states.0 (the embedding) to
 * hidden_states.n (before the final norm), and pooler_output, or text_embeds where the checkpoint has a projection.
 */
export function clipTextGraph(weights: WeightSource, options: ClipTextOptions, path: string): BuiltGraph {
  const g = createGraph(weights, { unbiased: /^text_projection$/ })
  const { epsilon = 1e-5, eosTokenId = 2 } = options
  const width = required(weights, 'final_layer_norm.weight').shape[0] ?? 0
  const ids = g.input('input_ids', 'int64', ['batch_size', 'sequence_length'])
  const states = ['batch_size', 'sequence_length', width]

  g.expect('embeddings.token_embedding.weight', [undefined, width])
  g.expect('embeddings.position_embedding.weight', [undefined, width])
  const positions = g.slice(g.weight('embeddings.position_embedding.weight'), 0, 0, g.shape(ids, 1, 2))
  let x = g.add(tokenEmbedding(g, ids, options.extraEmbeddings ?? []), positions)
  const hidden = [x]
  for (let i = 0; i < countBelow(weights, 'encoder.layers.'); i++) {
    x = layer(g, x, `encoder.layers.${i}`, options)
    hidden.push(x)
  }
  const last = g.layerNorm(x, 'final_layer_norm', { epsilon })

  const marks = eosTokenId === 2 ? ids : g.cast(g.equal(ids, g.int([eosTokenId], [])), 'int64')
  const end = g.unsqueeze(g.argMax(marks, 1), [1])
  const pooled = g.op('GatherND', [last, end], { attributes: { batch_dims: 1 } })

  if (weights.has('text_projection.weight')) {
    const { shape } = g.expect('text_projection.weight', [undefined, width], { flat: true })
    const [projected = 0] = shape
    g.output('text_embeds', g.linear(pooled, 'text_projection'), ['batch_size', projected])
  } else {
    g.output('pooler_output', pooled, ['batch_size', width])
  }
  g.output('last_hidden_state', last, states)
  for (const [i, state] of hidden.entries()) g.output(`hidden_states.${i}`, state, states)
  return g.finish('clip text model', path)
}
