import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { below, type WeightSource } from './weights.ts'

/** madebyollin/taesd, `Block`: relu(conv(relu(conv(relu(conv(x))))) + x) */
function block(g: Graph, x: Value, name: string): Value {
  const first = g.relu(g.conv(x, `${name}.conv.0`, { padding: 1 }))
  const second = g.relu(g.conv(first, `${name}.conv.2`, { padding: 1 }))
  const skip = g.has(`${name}.skip.weight`) ? g.conv(x, `${name}.skip`) : x
  return g.relu(g.add(g.conv(second, `${name}.conv.4`, { padding: 1 }), skip))
}

/** The numbered steps that have weights, in order. What stands between them has none and follows from them. */
function steps(g: Graph): number[] {
  const numbers = new Set([...g.weights.keys()].map((name) => Number(name.split('.', 1)[0])))
  return [...numbers].filter(Number.isInteger).sort((a, b) => a - b)
}

/**
 * Steps in a row: blocks, and convolutions. One without a bias changes the size: it halves in the encoder and
 * follows a doubling in the decoder. The decoder's first convolution is followed by relu.
 */
function sequence(g: Graph, input: Value, side: 'encoder' | 'decoder'): Value {
  let x = input
  const all = steps(g)
  for (const [position, number] of all.entries()) {
    const name = String(number)
    if (!g.has(`${name}.weight`)) x = block(g, x, name)
    else if (g.has(`${name}.bias`)) x = g.conv(x, name, { padding: 1 })
    else if (side === 'encoder') x = g.conv(x, name, { padding: 1, stride: 2 })
    else x = g.conv(g.upsample(x, 2), name, { padding: 1 })
    if (side === 'decoder' && position === 0) x = g.relu(x)
  }
  return x
}

/** TAESD's encoder from `encoder.layers.N.…`: sample in [-1, 1] -> latent_sample, as the denoiser sees it (scale 1). */
export function tinyEncoderGraph(weights: WeightSource, path: string): BuiltGraph {
  const g = createGraph(below(weights, 'encoder.layers.'))
  const sample = g.input('sample', 'float32', ['batch_size', 3, 'height', 'width'])
  const [channels = 4] = g.shapeOf(`${steps(g).at(-1) ?? 0}.weight`)
  const latents = sequence(g, g.div(g.add(sample, 1), 2), 'encoder')
  g.output('latent_sample', latents, ['batch_size', channels, 'latent_height', 'latent_width'])
  return g.finish('tiny vae encoder', path)
}

/** TAESD's decoder from `decoder.layers.N.…`: latent_sample (scale 1) -> sample in about [-1, 1]. */
export function tinyDecoderGraph(weights: WeightSource, path: string): BuiltGraph {
  const g = createGraph(below(weights, 'decoder.layers.'))
  const [, channels = 4] = g.shapeOf(`${steps(g)[0] ?? 0}.weight`)
  const latents = g.input('latent_sample', 'float32', [
    'batch_size',
    channels,
    'latent_height',
    'latent_width',
  ])
  const picture = sequence(g, g.mul(g.tanh(g.div(latents, 3)), 3), 'decoder')
  g.output('sample', g.sub(g.mul(picture, 2), 1), ['batch_size', 3, 'height', 'width'])
  return g.finish('tiny vae decoder', path)
}
