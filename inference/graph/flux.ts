import { createGraph, none, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { adaptiveNorm, continuousNorm, modulations, timeTextEmbedding } from './modulation.ts'
import { normHeads, rotate, rotationOf, type Rotation } from './rotary.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

export type FluxOptions = {
  /** channels of a head that turn with each of the three position ids */
  axes: readonly number[]
  theta: number
}

const epsilon = 1e-6

type Place = { heads: number; rotation: Rotation; condition: Value }

/** Queries, keys and values of one stream, normed by head; names as diffusers has them for image or text. */
function heads(
  g: Graph,
  x: Value,
  name: string,
  layers: readonly [string, string, string],
  norms: readonly [string, string],
  count: number,
): [Value, Value, Value] {
  const normed = (layer: string, norm: string): Value =>
    normHeads(g, g.linear(x, `${name}.${layer}`), `${name}.${norm}`, { heads: count, epsilon })
  return [normed(layers[0], norms[0]), normed(layers[1], norms[1]), g.linear(x, `${name}.${layers[2]}`)]
}

const imageLayers = ['to_q', 'to_k', 'to_v'] as const
const textLayers = ['add_q_proj', 'add_k_proj', 'add_v_proj'] as const

function attend(g: Graph, q: Value, k: Value, v: Value, { heads: count, rotation }: Place): Value {
  const turn = (x: Value): Value => rotate(g, x, rotation, { interleaved: true })
  return g.attention(turn(q), turn(k), v, { heads: count })
}

function feedForward(g: Graph, x: Value, name: string): Value {
  return g.linear(g.geluTanh(g.linear(x, `${name}.net.0.proj`)), `${name}.net.2`)
}

/** Text and image keep weights of their own and meet in one attention (Esser et al. 2024). */
function doubleBlock(g: Graph, image: Value, text: Value, name: string, place: Place): [Value, Value] {
  const { condition } = place
  const parts = (norm: string): Value[] => modulations(g, condition, `${name}.${norm}.linear`, 6)
  const streams = [
    {
      x: text,
      values: parts('norm1_context'),
      layers: textLayers,
      norms: ['norm_added_q', 'norm_added_k'] as const,
    },
    { x: image, values: parts('norm1'), layers: imageLayers, norms: ['norm_q', 'norm_k'] as const },
  ]
  const [fromText, fromImage] = streams.map(({ x, values, layers, norms }) =>
    heads(g, adaptiveNorm(g, x, values[1] as Value, values[0]), `${name}.attn`, layers, norms, place.heads),
  ) as [[Value, Value, Value], [Value, Value, Value]]
  const [q, k, v] = fromText.map((value, i) => g.concat([value, fromImage[i] as Value], 1)) as [
    Value,
    Value,
    Value,
  ]
  const seen = attend(g, q, k, v, place)
  const length = g.shape(text, 1, 2)
  const shares = [
    g.linear(g.slice(seen, 1, 0, length), `${name}.attn.to_add_out`),
    g.linear(g.slice(seen, 1, length, Number.MAX_SAFE_INTEGER), `${name}.attn.to_out.0`),
  ]
  const [newText, newImage] = streams.map(({ x, values }, i) => {
    const [, , gate, shift, scale, gateFed] = values as [Value, Value, Value, Value, Value, Value]
    const middle = g.add(x, g.mul(gate, shares[i] as Value))
    const inner = adaptiveNorm(g, middle, scale, shift)
    return g.add(middle, g.mul(gateFed, feedForward(g, inner, `${name}.${i === 0 ? 'ff_context' : 'ff'}`)))
  }) as [Value, Value]
  return [newImage, newText]
}

/** Attention and feed-forward side by side on the joined sequence (Dehghani et al. 2023). */
function singleBlock(g: Graph, x: Value, name: string, place: Place): Value {
  const [shift, scale, gate] = modulations(g, place.condition, `${name}.norm.linear`, 3) as [
    Value,
    Value,
    Value,
  ]
  const inner = adaptiveNorm(g, x, scale, shift)
  const [q, k, v] = heads(g, inner, `${name}.attn`, imageLayers, ['norm_q', 'norm_k'], place.heads)
  const fed = g.geluTanh(g.linear(inner, `${name}.proj_mlp`))
  const both = g.concat([attend(g, q, k, v, place), fed], 2)
  return g.add(x, g.mul(gate, g.linear(both, `${name}.proj_out`)))
}

/**
 * FLUX.1's transformer (Black Forest Labs 2024), dev (with guidance embedding) and schnell, diffusers' names.
 * hidden_states [batch, n, channels] (packed), encoder_hidden_states [batch, m, D], pooled_projections, timestep [batch]
 * (sigma), img_ids [n, 3], txt_ids [m, 3], guidance [batch] -> out_hidden_states [batch, n, channels].
 */
export function fluxGraph(weights: WeightSource, options: FluxOptions, path: string): BuiltGraph {
  const g = createGraph(weights, { unbiased: none })
  const [width = 0, channels = 0] = required(weights, 'x_embedder.weight').shape
  const [, textWidth = 0] = required(weights, 'context_embedder.weight').shape
  const [, pooledWidth = 0] = required(weights, 'time_text_embed.text_embedder.linear_1.weight').shape
  const [results = 0] = required(weights, 'proj_out.weight').shape
  const [size = 1] = required(weights, 'transformer_blocks.0.attn.norm_q.weight').shape

  const latents = g.input('hidden_states', 'float32', ['batch_size', 'image_length', channels])
  const text = g.input('encoder_hidden_states', 'float32', ['batch_size', 'text_length', textWidth])
  const pooled = g.input('pooled_projections', 'float32', ['batch_size', pooledWidth])
  const thousandths = (name: string): Value => g.mul(g.input(name, 'float32', ['batch_size']), 1000)
  const timestep = thousandths('timestep')
  const imagePlaces = g.input('img_ids', 'float32', ['image_length', 3])
  const textPlaces = g.input('txt_ids', 'float32', ['text_length', 3])
  const guided = g.has('time_text_embed.guidance_embedder.linear_1.weight')
  const condition = g.silu(
    timeTextEmbedding(g, timestep, pooled, guided ? thousandths('guidance') : undefined),
  )

  const places = g.cast(g.concat([textPlaces, imagePlaces], 0), 'float64')
  const axis = (i: number): Value => g.reshape(g.slice(places, 1, i, i + 1), [-1])
  const rotation = rotationOf(g, [axis(0), axis(1), axis(2)], options)
  const place: Place = { heads: width / size, rotation, condition }

  let image = g.linear(latents, 'x_embedder')
  let words = g.linear(text, 'context_embedder')
  for (let i = 0; i < countBelow(weights, 'transformer_blocks.'); i++) {
    ;[image, words] = doubleBlock(g, image, words, `transformer_blocks.${i}`, place)
  }
  let joint = g.concat([words, image], 1)
  for (let i = 0; i < countBelow(weights, 'single_transformer_blocks.'); i++) {
    joint = singleBlock(g, joint, `single_transformer_blocks.${i}`, place)
  }
  const kept = g.slice(joint, 1, g.shape(text, 1, 2), Number.MAX_SAFE_INTEGER)
  const result = g.linear(continuousNorm(g, kept, condition, 'norm_out'), 'proj_out')
  g.output('out_hidden_states', result, ['batch_size', 'image_length', results])
  return g.finish('flux', path)
}
