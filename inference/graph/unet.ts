import { createGraph, type BuiltGraph, type Graph, type Value } from './graph.ts'
import {
  downPath,
  middle,
  step,
  timestepWaves,
  unbiased,
  type Conditioning,
  type Placed,
  type UnetOptions,
} from './unet-blocks.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

/**
 * The embedding of the time, and with it SDXL's sizes and pooled text and LCM's guidance, after silu.
 * Declares the inputs timestep [1 or batch], timestep_cond, text_embeds and time_ids as the checkpoint needs them.
 */
function timeEmbedding(g: Graph, options: UnetOptions): Value {
  const [width = 0] = g.shapeOf('conv_in.weight')
  g.expect('time_embedding.linear_1.weight', [undefined, width])
  let waves = timestepWaves(g, g.input('timestep', 'float32', ['steps']), width)
  if (g.has('time_embedding.cond_proj.weight')) {
    const [, size = 0] = g.shapeOf('time_embedding.cond_proj.weight')
    const guidance = g.input('timestep_cond', 'float32', ['batch_size', size])
    waves = g.add(waves, g.linear(guidance, 'time_embedding.cond_proj'))
  }
  const embed = (x: Value, name: string): Value =>
    g.linear(g.silu(g.linear(x, `${name}.linear_1`)), `${name}.linear_2`)
  const time = embed(waves, 'time_embedding')
  if (!g.has('add_embedding.linear_1.weight')) return g.silu(time)

  const [, inputs = 0] = g.shapeOf('add_embedding.linear_1.weight')
  const size = options.additionTimeEmbedDim ?? 256
  const pooled = g.input('text_embeds', 'float32', ['batch_size', inputs - 6 * size])
  const sizes = g.input('time_ids', 'float32', ['batch_size', 6])
  const sizeWaves = g.reshape(timestepWaves(g, g.reshape(sizes, [-1]), size), [-1, 6 * size])
  return g.silu(g.add(time, embed(g.concat([pooled, sizeWaves], 1), 'add_embedding')))
}

/** The inputs that a UNet and its ControlNets share. */
export function unetInputs(g: Graph, options: UnetOptions): { sample: Value; flow: Conditioning } {
  const [, channels = 0] = g.shapeOf('conv_in.weight')
  const sample = g.input('sample', 'float32', ['batch_size', channels, 'height', 'width'])
  const time = timeEmbedding(g, options)
  const context = g.input('encoder_hidden_states', 'float32', [
    'batch_size',
    'sequence_length',
    contextWidth(g.weights),
  ])
  return { sample, flow: { time, context, options } }
}

/** Width of the text that the cross attention reads. */
export function contextWidth(weights: WeightSource): number {
  for (const [name, { shape }] of weights) if (name.endsWith('.attn2.to_k.weight')) return shape[1] ?? 0
  return required(weights, 'mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight').shape[1] ?? 0
}

function upPath(g: Graph, x: Value, skips: Placed[], flow: Conditioning): Value {
  const levels = countBelow(g.weights, 'up_blocks.')
  for (let level = 0; level < levels; level++) {
    const block = `up_blocks.${level}`
    const heads = flow.options.heads[levels - 1 - level] ?? 1
    for (let i = 0; i < countBelow(g.weights, `${block}.resnets.`); i++) {
      const skip = skips.pop() as Placed
      x = step(g, { x: g.concat([x, skip.x], 1), level: skip.level }, block, i, heads, flow)
    }
    const up = `${block}.upsamplers.0.conv`
    if (!g.has(`${up}.weight`)) continue
    // To the size of what it will meet: a side that was odd on the way down is odd again.
    const next = skips.at(-1) as Placed
    x = g.conv(g.upsampleLike(x, next.level), up, { padding: 1, like: next.level })
  }
  return x
}

/**
 * UNet2DConditionModel (Ronneberger et al. 2015; Rombach et al. 2022; SDXL: Podell et al. 2023), diffusers' names.
 * sample [batch, in, height, width] -> out_sample [batch, out, height, width]. With `controlnet` also
 * down_block_additional_residuals.i and mid_block_additional_residual.
 */
export function unetGraph(
  weights: WeightSource,
  options: UnetOptions & { controlnet?: boolean },
  path: string,
): BuiltGraph {
  const g = createGraph(weights, { unbiased })
  const { sample, flow } = unetInputs(g, options)
  const skips = downPath(g, g.conv(sample, 'conv_in', { padding: 1 }), flow)
  let x = middle(g, skips.at(-1) as Placed, flow)
  if (options.controlnet === true) {
    const residual = (name: string): Value =>
      g.input(name, 'float32', ['batch_size', `${name}.c`, `${name}.h`, `${name}.w`])
    for (const [i, skip] of skips.entries()) {
      skip.x = g.add(skip.x, residual(`down_block_additional_residuals.${i}`))
    }
    x = g.add(x, residual('mid_block_additional_residual'))
  }
  x = upPath(g, x, skips, flow)
  const normal = g.silu(g.groupNorm(x, 'conv_norm_out', { groups: options.groups, epsilon: 1e-5 }))
  const [channels = 0] = g.shapeOf('conv_out.weight')
  g.output('out_sample', g.conv(normal, 'conv_out', { padding: 1 }), [
    'batch_size',
    channels,
    'height',
    'width',
  ])
  return g.finish('unet', path)
}
