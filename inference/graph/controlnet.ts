import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { downPath, middle, unbiased, type Placed, type UnetOptions } from './unet-blocks.ts'
import { unetInputs } from './unet.ts'
import { countBelow, type WeightSource } from './weights.ts'

/** The picture of edges, depth, … brought to the latents' size: every second convolution halves it. */
function conditionEmbedding(g: Graph, picture: Value): Value {
  const name = 'controlnet_cond_embedding'
  let x = g.silu(g.conv(picture, `${name}.conv_in`, { padding: 1 }))
  for (let i = 0; i < countBelow(g.weights, `${name}.blocks.`); i++) {
    x = g.silu(g.conv(x, `${name}.blocks.${i}`, { padding: 1, stride: i % 2 === 0 ? 1 : 2 }))
  }
  return g.conv(x, `${name}.conv_out`, { padding: 1 })
}

/**
 * ControlNetModel (Zhang et al. 2023), diffusers' names. Inputs of the UNet, controlnet_cond [batch, 3, H, W] in
 * [0, 1] and conditioning_scale (scalar) -> down_block_res_samples.i, mid_block_res_sample, both scaled.
 */
export function controlnetGraph(weights: WeightSource, options: UnetOptions, path: string): BuiltGraph {
  const g = createGraph(weights, { unbiased })
  const { sample, flow } = unetInputs(g, options)
  const [, colours = 3] = g.shapeOf('controlnet_cond_embedding.conv_in.weight')
  const picture = g.input('controlnet_cond', 'float32', [
    'batch_size',
    colours,
    'image_height',
    'image_width',
  ])
  const scale = g.input('conditioning_scale', 'float32', [])
  const start = g.add(g.conv(sample, 'conv_in', { padding: 1 }), conditionEmbedding(g, picture))
  const skips = downPath(g, start, flow)
  const results: [string, Value, string][] = skips.map((skip, i) => [
    `down_block_res_samples.${i}`,
    skip.x,
    `controlnet_down_blocks.${i}`,
  ])
  results.push(['mid_block_res_sample', middle(g, skips.at(-1) as Placed, flow), 'controlnet_mid_block'])
  for (const [name, value, module] of results) {
    const [channels = 0] = g.shapeOf(`${module}.weight`)
    g.output(name, g.mul(g.conv(value, module), scale), ['batch_size', channels, `${name}.h`, `${name}.w`])
  }
  return g.finish('controlnet', path)
}
