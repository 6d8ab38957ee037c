import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { counted, normHeads, rotate, rotationOf, type Rotation } from './rotary.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

export type Qwen3Options = {
  theta: number
  epsilon: number
}

/** Every key and value head serves several query heads (Ainslie et al. 2023): [batch, tokens, heads * size] repeated. */
function repeated(g: Graph, x: Value, heads: number, size: number, times: number): Value {
  if (times === 1) return x
  const split = g.reshape(x, [0, 0, heads, 1, size])
  const wide = g.expand(split, g.int([1, 1, 1, times, 1]))
  return g.reshape(wide, [0, 0, heads * times * size])
}

function attention(g: Graph, x: Value, name: string, rotation: Rotation, epsilon: number): Value {
  const [size = 1] = g.shapeOf(`${name}.q_norm.weight`)
  const headsOf = (part: string): number => g.partsIn(`${name}.${part}_proj.weight`, size)
  const [heads, groups] = [headsOf('q'), headsOf('k')]
  g.partsIn(`${name}.q_proj.weight`, size * groups)
  const turned = (part: string, count: number): Value =>
    rotate(
      g,
      normHeads(g, g.linear(x, `${name}.${part}_proj`), `${name}.${part}_norm`, { heads: count, epsilon }),
      rotation,
      { interleaved: false },
    )
  const q = turned('q', heads)
  const k = repeated(g, turned('k', groups), groups, size, heads / groups)
  const v = repeated(g, g.linear(x, `${name}.v_proj`), groups, size, heads / groups)
  return g.linear(g.attention(q, k, v, { heads, causal: true }), `${name}.o_proj`)
}

function layer(g: Graph, x: Value, name: string, rotation: Rotation, epsilon: number): Value {
  const before = g.rmsNorm(x, `${name}.input_layernorm`, { epsilon })
  const middle = g.add(x, attention(g, before, `${name}.self_attn`, rotation, epsilon))
  const inner = g.rmsNorm(middle, `${name}.post_attention_layernorm`, { epsilon })
  const gate = g.silu(g.linear(inner, `${name}.mlp.gate_proj`))
  return g.add(middle, g.linear(g.mul(gate, g.linear(inner, `${name}.mlp.up_proj`)), `${name}.mlp.down_proj`))
}

/**
 * Qwen3's decoder as a text encoder (Qwen3 technical report 2025), transformers' names less the `model.` prefix.
 * input_ids int64 [batch, sequence] (no padding needed: the model is causal) -> hidden_states.0 (the embedding) to
 * hidden_states.n and last_hidden_state; the last two are the same, after the final norm.
 */
export function qwen3Graph(weights: WeightSource, options: Qwen3Options, path: string): BuiltGraph {
  const g = createGraph(weights)
  const { theta, epsilon } = options
  const [, width = 0] = required(weights, 'embed_tokens.weight').shape
  const [size = 0] = required(weights, 'layers.0.self_attn.q_norm.weight').shape
  const states = ['batch_size', 'sequence_length', width]
  const ids = g.input('input_ids', 'int64', ['batch_size', 'sequence_length'])

  // The table stays in the file: ONNX Runtime maps it, and only the rows of the prompt's tokens are ever read.
  let x = g.embedding(ids, 'embed_tokens.weight')
  const rotation = rotationOf(g, [counted(g, g.shape(ids, 1, 2))], { axes: [size], theta })
  const hidden = [x]
  const layers = countBelow(weights, 'layers.')
  for (let i = 0; i < layers; i++) {
    x = layer(g, x, `layers.${i}`, rotation, epsilon)
    hidden.push(x)
  }
  if (weights.has('norm.weight')) {
    x = g.rmsNorm(x, 'norm', { epsilon })
    hidden[layers] = x
  }
  g.output('last_hidden_state', x, states)
  for (const [i, state] of hidden.entries()) g.output(`hidden_states.${i}`, state, states)
  return g.finish('qwen3', path)
}
