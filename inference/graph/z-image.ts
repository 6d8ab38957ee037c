import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { adaptiveNorm, modulations, thousandthWaves } from './modulation.ts'
import { counted, normHeads, rotate, rotationOf, type Rotation } from './rotary.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

export type ZImageOptions = {
  /** channels of a head that turn with caption position or frame, row, column */
  axes: readonly number[]
  theta: number
  epsilon: number
  /** the model's clock: timestep 0..1 times this */
  timeScale: number
}

/** Both sequences are filled up to multiples of this many tokens with learned ones. */
const tokenMultiple = 32
const patch = 2
const unbiased = /\.attention\.to_|\.feed_forward\.w/

type Place = { heads: number; rotation: Rotation; epsilon: number }

function attention(g: Graph, x: Value, name: string, { heads, rotation, epsilon }: Place): Value {
  const head = (part: string): Value =>
    rotate(
      g,
      normHeads(g, g.linear(x, `${name}.to_${part}`), `${name}.norm_${part}`, { heads, epsilon }),
      rotation,
      { interleaved: true },
    )
  return g.linear(
    g.attention(head('q'), head('k'), g.linear(x, `${name}.to_v`), { heads }),
    `${name}.to_out.0`,
  )
}

/** Shazeer 2020, SwiGLU */
function feedForward(g: Graph, x: Value, name: string): Value {
  return g.linear(g.mul(g.silu(g.linear(x, `${name}.w1`)), g.linear(x, `${name}.w3`)), `${name}.w2`)
}

/** Norms before and after both halves; with a time embedding the inner norms are scaled and the outer ones gated. */
function block(g: Graph, x: Value, name: string, place: Place, time?: Value): Value {
  const { epsilon } = place
  const norm = (value: Value, part: string): Value => g.rmsNorm(value, `${name}.${part}`, { epsilon })
  const scaled = (value: Value, scale: Value | undefined): Value =>
    scale === undefined ? value : g.mul(value, g.add(scale, 1))
  const gated = (value: Value, gate: Value | undefined): Value =>
    gate === undefined ? value : g.mul(value, g.tanh(gate))
  const parts = time === undefined ? [] : modulations(g, time, `${name}.adaLN_modulation.0`, 4)
  const [scaleSeen, gateSeen, scaleFed, gateFed] = parts

  const seen = attention(g, scaled(norm(x, 'attention_norm1'), scaleSeen), `${name}.attention`, place)
  const middle = g.add(x, gated(norm(seen, 'attention_norm2'), gateSeen))
  const fed = feedForward(g, scaled(norm(middle, 'ffn_norm1'), scaleFed), `${name}.feed_forward`)
  return g.add(middle, gated(norm(fed, 'ffn_norm2'), gateFed))
}

/** How many tokens are missing to a multiple of 32: int64 of one element. */
function padding(g: Graph, count: Value): Value {
  const size = g.int([tokenMultiple])
  const mod = (a: Value, b: Value): Value => g.op('Mod', [a, b])
  return mod(g.sub(size, mod(count, size)), size)
}

function padded(g: Graph, x: Value, token: string, count: Value): Value {
  const width = g.shapeOf(token).at(-1) ?? 0
  const tokens = g.expand(g.reshape(g.weight(token), [1, 1, width]), g.int([1, tokenMultiple, width]))
  return g.concat([x, g.slice(tokens, 1, 0, count)], 1)
}

/** Zeros for the tokens that fill an image up: they stand nowhere. */
function withZeros(g: Graph, positions: Value, count: Value): Value {
  const zeros = g.constant('float64', [tokenMultiple], new Uint8Array(tokenMultiple * 8))
  return g.concat([positions, g.slice(zeros, 0, 0, count)], 0)
}

type Layout = {
  rows: Value
  columns: Value
  image: Rotation
  caption: Rotation
  imagePad: Value
  captionPad: Value
}

/** Caption token i stands at (1 + i, 0, 0), the image behind the caption at (end + 1, row, column). */
function layout(g: Graph, latents: Value, text: Value, options: ZImageOptions): Layout {
  const halved = (side: Value): Value => g.div(side, g.int([patch]))
  const rows = halved(g.shape(latents, 3, 4))
  const columns = halved(g.shape(latents, 4, 5))
  const imagePad = padding(g, g.mul(rows, columns))
  const length = g.shape(text, 1, 2)
  const captionPad = padding(g, length)
  const captionEnd = g.add(length, captionPad)

  const grid = g.concat([rows, columns], 0)
  const double = (value: number): Value =>
    g.constant('float64', [], new Uint8Array(Float64Array.of(value).buffer))
  const flat = (value: Value): Value => g.reshape(g.expand(value, grid), [-1])
  const frame = g.add(g.cast(captionEnd, 'float64'), double(1))
  const image = [
    flat(g.unsqueeze(frame, [1])),
    flat(g.unsqueeze(counted(g, rows), [1])),
    flat(g.unsqueeze(counted(g, columns), [0])),
  ].map((positions) => withZeros(g, positions, imagePad))
  const caption = counted(g, captionEnd)
  const nowhere = g.mul(caption, double(0))
  return {
    rows,
    columns,
    imagePad,
    captionPad,
    image: rotationOf(g, image, options),
    caption: rotationOf(g, [g.add(caption, double(1)), nowhere, nowhere], options),
  }
}

function stack(g: Graph, x: Value, name: string, place: Place, time?: Value): Value {
  for (let i = 0; i < countBelow(g.weights, `${name}.`); i++) x = block(g, x, `${name}.${i}`, place, time)
  return x
}

/**
 * Z-Image's single-stream diffusion transformer (Z-Image report, Alibaba Tongyi 2025), diffusers' names.
 * hidden_states [1, 16, 1, h, w], timestep [1] (1 - sigma), encoder_hidden_states [1, L, D] (valid tokens only)
 * -> out_hidden_states [1, 16, 1, h, w], not yet negated.
 */
export function zImageGraph(weights: WeightSource, options: ZImageOptions, path: string): BuiltGraph {
  const g = createGraph(weights, { unbiased })
  const { epsilon } = options
  const embedder = `all_x_embedder.${patch}-1`
  const final = `all_final_layer.${patch}-1`
  const [width = 0, inputs = 0] = required(weights, `${embedder}.weight`).shape
  const [outputs = 0] = required(weights, `${final}.linear.weight`).shape
  g.columnsFor(`${embedder}.weight`, patch ** 2)
  g.expect(`${final}.linear.weight`, [inputs, undefined])
  const [channels, results] = [inputs / patch ** 2, outputs / patch ** 2]
  const [size = 1] = required(weights, 'layers.0.attention.norm_q.weight').shape
  const heads = width / size

  const latents = g.input('hidden_states', 'float32', [1, channels, 1, 'latent_height', 'latent_width'])
  const timestep = g.input('timestep', 'float32', [1])
  const [textWidth = 0] = g.shapeOf('cap_embedder.0.weight')
  const text = g.input('encoder_hidden_states', 'float32', [1, 'sequence_length', textWidth])
  const { rows, columns, image, caption, imagePad, captionPad } = layout(g, latents, text, options)

  const waves = g.columnsFor('t_embedder.mlp.0.weight', 2)
  const clock = thousandthWaves(g, g.mul(timestep, options.timeScale), waves)
  const time = g.linear(g.silu(g.linear(clock, 't_embedder.mlp.0')), 't_embedder.mlp.2')

  const two = g.int([patch])
  const split = g.reshape(latents, g.concat([g.int([channels]), rows, two, columns, two], 0))
  const patches = g.reshape(g.transpose(split, [1, 3, 2, 4, 0]), [1, -1, inputs])
  const pixels = padded(g, g.linear(patches, embedder), 'x_pad_token', imagePad)
  const seen = stack(g, pixels, 'noise_refiner', { heads, epsilon, rotation: image }, time)

  const words = g.linear(g.rmsNorm(text, 'cap_embedder.0', { epsilon }), 'cap_embedder.1')
  const filled = padded(g, words, 'cap_pad_token', captionPad)
  const read = stack(g, filled, 'context_refiner', { heads, epsilon, rotation: caption })

  const rotation = {
    cos: g.concat([image.cos, caption.cos], 0),
    sin: g.concat([image.sin, caption.sin], 0),
  }
  const joint = stack(g, g.concat([seen, read], 1), 'layers', { heads, epsilon, rotation }, time)

  const kept = g.slice(joint, 1, 0, g.mul(rows, columns))
  const scale = g.unsqueeze(g.linear(g.silu(time), `${final}.adaLN_modulation.1`), [1])
  const painted = g.linear(adaptiveNorm(g, kept, scale), `${final}.linear`)
  const parts = g.reshape(painted, g.concat([rows, columns, two, two, g.int([results])], 0))
  const sides = g.concat([g.int([1, results, 1]), g.shape(latents, 3, 5)], 0)
  g.output('out_hidden_states', g.reshape(g.transpose(parts, [4, 0, 2, 1, 3]), sides), [
    1,
    results,
    1,
    'latent_height',
    'latent_width',
  ])
  return g.finish('z-image', path)
}
