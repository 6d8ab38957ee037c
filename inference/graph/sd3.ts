import { createGraph, none, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { adaptiveNorm, continuousNorm, modulations, moved, timeTextEmbedding } from './modulation.ts'
import { normHeads } from './rotary.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

export type Sd3Options = { heads: number }

const epsilon = 1e-6

type Place = Sd3Options & { condition: Value }
type Triple = [Value, Value, Value]

/** Queries, keys and values; SD 3.5 norms queries and keys by head, SD 3 does not. */
function triple(
  g: Graph,
  x: Value,
  name: string,
  layers: readonly string[],
  norms: readonly string[],
  heads: number,
): Triple {
  return layers.map((layer, i) => {
    const value = g.linear(x, `${name}.${layer}`)
    const norm = norms[i]
    return norm !== undefined && g.has('transformer_blocks.0.attn.norm_q.weight')
      ? normHeads(g, value, `${name}.${norm}`, { heads, epsilon })
      : value
  }) as Triple
}

const imageLayers = ['to_q', 'to_k', 'to_v']
const imageNorms = ['norm_q', 'norm_k']

function feedForward(g: Graph, x: Value, name: string): Value {
  return g.linear(g.geluTanh(g.linear(x, `${name}.net.0.proj`)), `${name}.net.2`)
}

function fed(g: Graph, x: Value, name: string, [shift, scale, gate]: readonly Value[]): Value {
  const inner = adaptiveNorm(g, x, scale as Value, shift)
  return g.add(x, g.mul(gate as Value, feedForward(g, inner, name)))
}

/** The last block leaves the text behind, and some blocks of SD 3.5 attend to the image alone as well. */
function block(g: Graph, image: Value, text: Value, name: string, place: Place): [Value, Value | undefined] {
  const { condition, heads } = place
  const dual = g.has(`${name}.attn2.to_q.weight`)
  const last = !g.has(`${name}.attn.to_add_out.weight`)
  const own = modulations(g, condition, `${name}.norm1.linear`, dual ? 9 : 6)
  const normal = g.layerNorm(image, '', { epsilon })
  const theirs = last ? [] : modulations(g, condition, `${name}.norm1_context.linear`, 6)
  const textNormal = last
    ? continuousNorm(g, text, condition, `${name}.norm1_context`)
    : adaptiveNorm(g, text, theirs[1] as Value, theirs[0])

  const fromImage = triple(
    g,
    moved(g, normal, own[1] as Value, own[0]),
    `${name}.attn`,
    imageLayers,
    imageNorms,
    heads,
  )
  const fromText = triple(
    g,
    textNormal,
    `${name}.attn`,
    ['add_q_proj', 'add_k_proj', 'add_v_proj'],
    ['norm_added_q', 'norm_added_k'],
    heads,
  )
  const [q, k, v] = fromImage.map((value, i) => g.concat([value, fromText[i] as Value], 1)) as Triple
  const seen = g.attention(q, k, v, { heads })
  const length = g.shape(image, 1, 2)

  const share = g.linear(g.slice(seen, 1, 0, length), `${name}.attn.to_out.0`)
  let result = g.add(image, g.mul(own[2] as Value, share))
  if (dual) {
    const alone = triple(
      g,
      moved(g, normal, own[7] as Value, own[6]),
      `${name}.attn2`,
      imageLayers,
      imageNorms,
      heads,
    )
    const more = g.linear(g.attention(...alone, { heads }), `${name}.attn2.to_out.0`)
    result = g.add(result, g.mul(own[8] as Value, more))
  }
  result = fed(g, result, `${name}.ff`, own.slice(3, 6))
  if (last) return [result, undefined]
  const textShare = g.linear(g.slice(seen, 1, length, Number.MAX_SAFE_INTEGER), `${name}.attn.to_add_out`)
  const words = g.add(text, g.mul(theirs[2] as Value, textShare))
  return [result, fed(g, words, `${name}.ff_context`, theirs.slice(3, 6))]
}

/** The middle of the table of learned places [1, side * side, width], as large as the picture. */
function places(g: Graph, rows: Value, columns: Value, width: number): Value {
  const [, count = 0] = g.shapeOf('pos_embed.pos_embed')
  const side = Math.round(Math.sqrt(count))
  const table = g.reshape(g.weight('pos_embed.pos_embed'), [1, side, side, width])
  const middle = (x: Value, axis: number, size: Value): Value => {
    const start = g.div(g.sub(g.int([side]), size), g.int([2]))
    return g.slice(x, axis, start, g.add(start, size))
  }
  return g.reshape(middle(middle(table, 1, rows), 2, columns), [1, -1, width])
}

/**
 * SD 3's and 3.5's MMDiT (Esser et al. 2024), diffusers' names. hidden_states [batch, C, h, w], encoder_hidden_states
 * [batch, L, D], pooled_projections, timestep [batch] (0..1000) -> out_hidden_states [batch, C, h, w].
 */
export function sd3Graph(weights: WeightSource, options: Sd3Options, path: string): BuiltGraph {
  const g = createGraph(weights, { unbiased: none })
  const [width = 0, channels = 0, patch = 2] = required(weights, 'pos_embed.proj.weight').shape
  const [, textWidth = 0] = required(weights, 'context_embedder.weight').shape
  const [, pooledWidth = 0] = required(weights, 'time_text_embed.text_embedder.linear_1.weight').shape
  const [outputs = 0] = required(weights, 'proj_out.weight').shape
  const results = outputs / patch ** 2

  const latents = g.input('hidden_states', 'float32', [
    'batch_size',
    channels,
    'latent_height',
    'latent_width',
  ])
  const text = g.input('encoder_hidden_states', 'float32', ['batch_size', 'sequence_length', textWidth])
  const pooled = g.input('pooled_projections', 'float32', ['batch_size', pooledWidth])
  const timestep = g.input('timestep', 'float32', ['batch_size'])
  const condition = g.silu(timeTextEmbedding(g, timestep, pooled))

  const patches = g.conv(latents, 'pos_embed.proj', { stride: patch })
  const [rows, columns] = [g.shape(patches, 2, 3), g.shape(patches, 3, 4)]
  const tokens = g.transpose(g.reshape(patches, [0, width, -1]), [0, 2, 1])
  let image = g.add(tokens, places(g, rows, columns, width))
  let words: Value | undefined = g.linear(text, 'context_embedder')
  const place: Place = { ...options, condition }
  for (let i = 0; i < countBelow(weights, 'transformer_blocks.') && words !== undefined; i++) {
    ;[image, words] = block(g, image, words, `transformer_blocks.${i}`, place)
  }
  const painted = g.linear(continuousNorm(g, image, condition, 'norm_out'), 'proj_out')
  const side = g.int([patch])
  const batch = g.shape(latents, 0, 1)
  const parts = g.reshape(painted, g.concat([batch, rows, columns, side, side, g.int([results])], 0))
  const whole = g.concat([batch, g.int([results]), g.shape(latents, 2, 4)], 0)
  g.output('out_hidden_states', g.reshape(g.transpose(parts, [0, 5, 1, 3, 2, 4]), whole), [
    'batch_size',
    results,
    'latent_height',
    'latent_width',
  ])
  return g.finish('sd3', path)
}
