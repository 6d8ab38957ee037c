import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

export type ClipVisionOptions = {
  heads: number
  activation: 'quick_gelu' | 'gelu'
  /** pixels of a patch's side */
  patch: number
  epsilon?: number
}

function layer(g: Graph, x: Value, name: string, options: ClipVisionOptions): Value {
  const { heads, activation, epsilon = 1e-5 } = options
  const before = g.layerNorm(x, `${name}.layer_norm1`, { epsilon })
  const project = (part: string) => g.linear(before, `${name}.self_attn.${part}_proj`)
  const seen = g.attention(project('q'), project('k'), project('v'), { heads })
  const middle = g.add(x, g.linear(seen, `${name}.self_attn.out_proj`))
  const hidden = g.linear(g.layerNorm(middle, `${name}.layer_norm2`, { epsilon }), `${name}.mlp.fc1`)
  const active = activation === 'gelu' ? g.gelu(hidden) : g.quickGelu(hidden)
  return g.add(middle, g.linear(active, `${name}.mlp.fc2`))
}

/**
 * CLIP's picture model (Radford et al. 2021) with its projection, under transformers' names less the
 * `vision_model.` prefix. pixel_values [1, 3, side, side] -> image_embeds [1, projected].
 */
export function clipVisionGraph(weights: WeightSource, options: ClipVisionOptions, path: string): BuiltGraph {
  const g = createGraph(weights)
  const { epsilon = 1e-5, patch } = options
  const width = required(weights, 'pre_layrnorm.weight').shape[0] ?? 0
  const pixels = g.input('pixel_values', 'float32', [1, 3, 'side', 'side'])
  const patches = g.conv(pixels, 'embeddings.patch_embedding', { stride: patch })
  const sequence = g.transpose(g.reshape(patches, [0, width, -1]), [0, 2, 1])
  const marker = g.reshape(g.weight('embeddings.class_embedding'), [1, 1, width])
  const tokens = g.add(
    g.concat([marker, sequence], 1),
    g.reshape(g.weight('embeddings.position_embedding.weight'), [1, -1, width]),
  )
  // transformers' own spelling
  let x = g.layerNorm(tokens, 'pre_layrnorm', { epsilon })
  for (let i = 0; i < countBelow(weights, 'encoder.layers.'); i++) {
    x = layer(g, x, `encoder.layers.${i}`, options)
  }
  const first = g.slice(x, 1, 0, 1)
  const [projected = 0] = g.shapeOf('visual_projection.weight')
  const embeds = g.linear(
    g.squeeze(g.layerNorm(first, 'post_layernorm', { epsilon }), [1]),
    'visual_projection',
  )
  g.output('image_embeds', embeds, [1, projected])
  return g.finish('clip vision model', path)
}
