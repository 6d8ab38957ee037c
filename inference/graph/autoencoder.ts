import { createGraph, none, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { countBelow, hasBelow, type WeightSource } from './weights.ts'

export type AutoencoderOptions = { groups: number }

export const normEpsilon = 1e-6
const colours = 3

/** How a block's group norm is computed: over the map itself, or by statistics that are known of more than it. */
export type Norm = (x: Value, name: string) => Value

export const ownNorm =
  (g: Graph, groups: number): Norm =>
  (x, name) =>
    g.groupNorm(x, name, { groups, epsilon: normEpsilon })

export function resnet(g: Graph, x: Value, name: string, norm: Norm): Value {
  const first = g.conv(g.silu(norm(x, `${name}.norm1`)), `${name}.conv1`, { padding: 1 })
  const second = g.conv(g.silu(norm(first, `${name}.norm2`)), `${name}.conv2`, { padding: 1 })
  return g.add(g.has(`${name}.conv_shortcut.weight`) ? g.conv(x, `${name}.conv_shortcut`) : x, second)
}

/** Every pixel looks at every other, one head as wide as the channels. */
function attention(g: Graph, x: Value, name: string, norm: Norm): Value {
  const normal = norm(x, `${name}.group_norm`)
  const tokens = g.transpose(g.reshape(normal, [0, 0, -1]), [0, 2, 1])
  const q = g.linear(tokens, `${name}.to_q`)
  const k = g.linear(tokens, `${name}.to_k`)
  const v = g.linear(tokens, `${name}.to_v`)
  const seen = g.linear(g.attention(q, k, v, { heads: 1 }), `${name}.to_out.0`)
  return g.add(g.reshape(g.transpose(seen, [0, 2, 1]), g.shape(x)), x)
}

function middle(g: Graph, x: Value, name: string, norm: Norm): Value {
  const first = resnet(g, x, `${name}.resnets.0`, norm)
  const looked = hasBelow(g.weights, `${name}.attentions.0.`)
    ? attention(g, first, `${name}.attentions.0`, norm)
    : first
  return resnet(g, looked, `${name}.resnets.1`, norm)
}

export function ending(g: Graph, x: Value, name: string, norm: Norm): Value {
  return g.conv(g.silu(norm(x, `${name}.conv_norm_out`)), `${name}.conv_out`, { padding: 1 })
}

/** Halves the sides; padded at the bottom and on the right only. */
export const downsample = (g: Graph, x: Value, name: string): Value =>
  g.conv(x, name, { stride: 2, padding: [0, 0, 1, 1] })

/** Doubles the sides. */
export const upsample = (g: Graph, x: Value, name: string): Value =>
  g.conv(g.upsample(x, 2), name, { padding: 1 })

/** From the features of the encoder's last level to latent_parameters. */
export function encoderEnd(g: Graph, x: Value, norm: Norm): Value {
  const ended = ending(g, middle(g, x, 'encoder.mid_block', norm), 'encoder', norm)
  return g.has('quant_conv.weight') ? g.conv(ended, 'quant_conv') : ended
}

/** From latents to the features that the decoder's first level takes. */
export function decoderStart(g: Graph, latents: Value, norm: Norm): Value {
  const x = g.has('post_quant_conv.weight') ? g.conv(latents, 'post_quant_conv') : latents
  return middle(g, g.conv(x, 'decoder.conv_in', { padding: 1 }), 'decoder.mid_block', norm)
}

const features = (channels: number) => ['batch_size', channels, 'latent_height', 'latent_width'] as const

/**
 * The encoder of AutoencoderKL (Rombach et al. 2022), diffusers' names. sample [batch, 3, H, W] in [-1, 1] ->
 * latent_parameters [batch, 2 * latent channels, h, w]: mean and log variance, to be sampled by the caller.
 */
export function vaeEncoderGraph(
  weights: WeightSource,
  { groups }: AutoencoderOptions,
  path: string,
): BuiltGraph {
  const g = createGraph(weights, { unbiased: none })
  const norm = ownNorm(g, groups)
  g.expect('encoder.conv_in.weight', [undefined, colours, 3, 3])
  let x = g.conv(
    g.input('sample', 'float32', ['batch_size', colours, 'height', 'width']),
    'encoder.conv_in',
    {
      padding: 1,
    },
  )
  for (let level = 0; level < countBelow(weights, 'encoder.down_blocks.'); level++) {
    const block = `encoder.down_blocks.${level}`
    for (let i = 0; i < countBelow(weights, `${block}.resnets.`); i++) {
      x = resnet(g, x, `${block}.resnets.${i}`, norm)
    }
    const down = `${block}.downsamplers.0.conv`
    if (g.has(`${down}.weight`)) x = downsample(g, x, down)
  }
  const [channels = 0] = g.shapeOf('encoder.conv_out.weight')
  g.output('latent_parameters', encoderEnd(g, x, norm), features(channels))
  return g.finish('vae encoder', path)
}

/** The decoder: latent_sample [batch, latent channels, h, w] (already unscaled) -> sample [batch, 3, H, W], not clamped. */
export function vaeDecoderGraph(
  weights: WeightSource,
  { groups }: AutoencoderOptions,
  path: string,
): BuiltGraph {
  const g = createGraph(weights, { unbiased: none })
  const norm = ownNorm(g, groups)
  const [, channels = 4] = g.shapeOf('decoder.conv_in.weight')
  let x = decoderStart(g, g.input('latent_sample', 'float32', features(channels)), norm)
  for (let level = 0; level < countBelow(weights, 'decoder.up_blocks.'); level++) {
    const block = `decoder.up_blocks.${level}`
    for (let i = 0; i < countBelow(weights, `${block}.resnets.`); i++) {
      x = resnet(g, x, `${block}.resnets.${i}`, norm)
    }
    const up = `${block}.upsamplers.0.conv`
    if (g.has(`${up}.weight`)) x = upsample(g, x, up)
  }
  g.expect('decoder.conv_out.weight', [colours, undefined, 3, 3])
  g.output('sample', ending(g, x, 'decoder', norm), ['batch_size', colours, 'height', 'width'])
  return g.finish('vae decoder', path)
}
