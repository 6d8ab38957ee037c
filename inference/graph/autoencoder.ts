import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { countBelow, hasBelow, type WeightSource } from './weights.ts'

/**
 * [Note: Halves of an autoencoder's halves] A picture that is too large is worked on in tiles. Near the latents an
 * autoencoder looks at everything at once (attention), but there the picture is small: the 'middle' runs whole. What is
 * left, the 'rest', sees a few latents around each pixel and is what runs in tiles.
 */
export type AutoencoderPart = 'whole' | 'middle' | 'rest'
export type AutoencoderOptions = { groups: number; part?: AutoencoderPart }

const epsilon = 1e-6

function resnet(g: Graph, x: Value, name: string, groups: number): Value {
  const first = g.conv(g.silu(g.groupNorm(x, `${name}.norm1`, { groups, epsilon })), `${name}.conv1`, {
    padding: 1,
  })
  const second = g.conv(g.silu(g.groupNorm(first, `${name}.norm2`, { groups, epsilon })), `${name}.conv2`, {
    padding: 1,
  })
  return g.add(g.has(`${name}.conv_shortcut.weight`) ? g.conv(x, `${name}.conv_shortcut`) : x, second)
}

/** Every pixel looks at every other, one head as wide as the channels. */
function attention(g: Graph, x: Value, name: string, groups: number): Value {
  const normal = g.groupNorm(x, `${name}.group_norm`, { groups, epsilon })
  const tokens = g.transpose(g.reshape(normal, [0, 0, -1]), [0, 2, 1])
  const q = g.linear(tokens, `${name}.to_q`)
  const k = g.linear(tokens, `${name}.to_k`)
  const v = g.linear(tokens, `${name}.to_v`)
  const seen = g.linear(g.attention(q, k, v, { heads: 1 }), `${name}.to_out.0`)
  return g.add(g.reshape(g.transpose(seen, [0, 2, 1]), g.shape(x)), x)
}

function middle(g: Graph, x: Value, name: string, groups: number): Value {
  const first = resnet(g, x, `${name}.resnets.0`, groups)
  const looked = hasBelow(g.weights, `${name}.attentions.0.`)
    ? attention(g, first, `${name}.attentions.0`, groups)
    : first
  return resnet(g, looked, `${name}.resnets.1`, groups)
}

function ending(g: Graph, x: Value, name: string, groups: number): Value {
  return g.conv(g.silu(g.groupNorm(x, `${name}.conv_norm_out`, { groups, epsilon })), `${name}.conv_out`, {
    padding: 1,
  })
}

const features = (channels: number) => ['batch_size', channels, 'latent_height', 'latent_width'] as const

/**
 * The encoder of AutoencoderKL (Rombach et al. 2022), diffusers' names. sample [batch, 3, H, W] in [-1, 1] ->
 * latent_parameters [batch, 2 * latent channels, h, w]: mean and log variance, to be sampled by the caller. Its 'rest'
 * comes first and gives features [batch, channels, h, w], which its 'middle' takes.
 */
export function vaeEncoderGraph(
  weights: WeightSource,
  { groups, part = 'whole' }: AutoencoderOptions,
  path: string,
): BuiltGraph {
  const g = createGraph(weights)
  const [, colours = 3] = g.shapeOf('encoder.conv_in.weight')
  const [width = 0] = g.shapeOf('encoder.conv_norm_out.weight')
  if (part === 'middle') return encoderEnd(g, g.input('features', 'float32', features(width)), groups, path)
  const sample = g.input('sample', 'float32', ['batch_size', colours, 'height', 'width'])
  let x = g.conv(sample, 'encoder.conv_in', { padding: 1 })
  for (let level = 0; level < countBelow(weights, 'encoder.down_blocks.'); level++) {
    const block = `encoder.down_blocks.${level}`
    for (let i = 0; i < countBelow(weights, `${block}.resnets.`); i++) {
      x = resnet(g, x, `${block}.resnets.${i}`, groups)
    }
    // Padded at the bottom and on the right only.
    const down = `${block}.downsamplers.0.conv`
    if (g.has(`${down}.weight`)) x = g.conv(x, down, { stride: 2, padding: [0, 0, 1, 1] })
  }
  if (part === 'whole') return encoderEnd(g, x, groups, path)
  g.output('features', x, features(width))
  return g.finish('vae encoder rest', path)
}

function encoderEnd(g: Graph, x: Value, groups: number, path: string): BuiltGraph {
  const ended = ending(g, middle(g, x, 'encoder.mid_block', groups), 'encoder', groups)
  const [channels = 0] = g.shapeOf('encoder.conv_out.weight')
  const moments = g.has('quant_conv.weight') ? g.conv(ended, 'quant_conv') : ended
  g.output('latent_parameters', moments, features(channels))
  return g.finish('vae encoder', path)
}

function decoderStart(g: Graph, groups: number): Value {
  const [, channels = 4] = g.shapeOf('decoder.conv_in.weight')
  const latents = g.input('latent_sample', 'float32', features(channels))
  const x = g.has('post_quant_conv.weight') ? g.conv(latents, 'post_quant_conv') : latents
  return middle(g, g.conv(x, 'decoder.conv_in', { padding: 1 }), 'decoder.mid_block', groups)
}

/**
 * The decoder: latent_sample [batch, latent channels, h, w] (already unscaled) -> sample [batch, 3, H, W], not clamped.
 * Its 'middle' comes first and gives features [batch, channels, h, w], which its 'rest' takes.
 */
export function vaeDecoderGraph(
  weights: WeightSource,
  { groups, part = 'whole' }: AutoencoderOptions,
  path: string,
): BuiltGraph {
  const g = createGraph(weights)
  const [width = 0] = g.shapeOf('decoder.conv_in.weight')
  if (part === 'middle') {
    g.output('features', decoderStart(g, groups), features(width))
    return g.finish('vae decoder middle', path)
  }
  let x = part === 'rest' ? g.input('features', 'float32', features(width)) : decoderStart(g, groups)
  for (let level = 0; level < countBelow(weights, 'decoder.up_blocks.'); level++) {
    const block = `decoder.up_blocks.${level}`
    for (let i = 0; i < countBelow(weights, `${block}.resnets.`); i++) {
      x = resnet(g, x, `${block}.resnets.${i}`, groups)
    }
    const up = `${block}.upsamplers.0.conv`
    if (g.has(`${up}.weight`)) x = g.conv(g.upsample(x, 2), up, { padding: 1 })
  }
  const [colours = 3] = g.shapeOf('decoder.conv_out.weight')
  g.output('sample', ending(g, x, 'decoder', groups), ['batch_size', colours, 'height', 'width'])
  return g.finish('vae decoder', path)
}
