/** Names and shapes of networks of a given size, in diffusers' and transformers' names. */
export type Shapes = Map<string, number[]>

export type UnetSize = {
  widths: number[]
  /** transformer blocks beside every resnet, 0 for none */
  depths: number[]
  resnets: number
  context: number
  linearProjection: boolean
  /** input width of SDXL's added embedding */
  added?: number
}

function linear(shapes: Shapes, name: string, inputs: number, outputs: number, bias = true): void {
  shapes.set(`${name}.weight`, [outputs, inputs])
  if (bias) shapes.set(`${name}.bias`, [outputs])
}

function conv(shapes: Shapes, name: string, inputs: number, outputs: number, kernel = 3): void {
  shapes.set(`${name}.weight`, [outputs, inputs, kernel, kernel])
  shapes.set(`${name}.bias`, [outputs])
}

function norm(shapes: Shapes, name: string, width: number): void {
  shapes.set(`${name}.weight`, [width])
  shapes.set(`${name}.bias`, [width])
}

function resnet(shapes: Shapes, name: string, inputs: number, outputs: number, time: number): void {
  norm(shapes, `${name}.norm1`, inputs)
  conv(shapes, `${name}.conv1`, inputs, outputs)
  if (time > 0) linear(shapes, `${name}.time_emb_proj`, time, outputs)
  norm(shapes, `${name}.norm2`, outputs)
  conv(shapes, `${name}.conv2`, outputs, outputs)
  if (inputs !== outputs) conv(shapes, `${name}.conv_shortcut`, inputs, outputs, 1)
}

function transformer(shapes: Shapes, name: string, width: number, depth: number, size: UnetSize): void {
  norm(shapes, `${name}.norm`, width)
  for (const projection of ['proj_in', 'proj_out']) {
    if (size.linearProjection) linear(shapes, `${name}.${projection}`, width, width)
    else conv(shapes, `${name}.${projection}`, width, width, 1)
  }
  for (let i = 0; i < depth; i++) {
    const block = `${name}.transformer_blocks.${i}`
    for (const [attention, reads] of [
      ['attn1', width],
      ['attn2', size.context],
    ] as const) {
      linear(shapes, `${block}.${attention}.to_q`, width, width, false)
      linear(shapes, `${block}.${attention}.to_k`, reads, width, false)
      linear(shapes, `${block}.${attention}.to_v`, reads, width, false)
      linear(shapes, `${block}.${attention}.to_out.0`, width, width)
    }
    for (const part of ['norm1', 'norm2', 'norm3']) norm(shapes, `${block}.${part}`, width)
    linear(shapes, `${block}.ff.net.0.proj`, width, 8 * width)
    linear(shapes, `${block}.ff.net.2`, 4 * width, width)
  }
}

export function unetShapes(size: UnetSize): Shapes {
  const shapes: Shapes = new Map()
  const { widths, depths, resnets } = size
  const first = widths[0] ?? 0
  const time = 4 * first
  linear(shapes, 'time_embedding.linear_1', first, time)
  linear(shapes, 'time_embedding.linear_2', time, time)
  if (size.added !== undefined) {
    linear(shapes, 'add_embedding.linear_1', size.added, time)
    linear(shapes, 'add_embedding.linear_2', time, time)
  }
  conv(shapes, 'conv_in', 4, first)
  const block = (name: string, index: number, inputs: number, level: number): void => {
    const width = widths[level] ?? 0
    resnet(shapes, `${name}.resnets.${index}`, inputs, width, time)
    const depth = depths[level] ?? 0
    if (depth > 0) transformer(shapes, `${name}.attentions.${index}`, width, depth, size)
  }
  const skips = [first]
  for (const [level, width] of widths.entries()) {
    for (let i = 0; i < resnets; i++) {
      block(`down_blocks.${level}`, i, skips.at(-1) ?? 0, level)
      skips.push(width)
    }
    if (level < widths.length - 1) {
      conv(shapes, `down_blocks.${level}.downsamplers.0.conv`, width, width)
      skips.push(width)
    }
  }
  const deepest = widths.at(-1) ?? 0
  const depth = Math.max(...depths.slice(-2))
  resnet(shapes, 'mid_block.resnets.0', deepest, deepest, time)
  transformer(shapes, 'mid_block.attentions.0', deepest, depth, size)
  resnet(shapes, 'mid_block.resnets.1', deepest, deepest, time)
  let width = deepest
  for (let up = 0; up < widths.length; up++) {
    const level = widths.length - 1 - up
    for (let i = 0; i <= resnets; i++) {
      block(`up_blocks.${up}`, i, width + (skips.pop() ?? 0), level)
      width = widths[level] ?? 0
    }
    if (level > 0) conv(shapes, `up_blocks.${up}.upsamplers.0.conv`, width, width)
  }
  norm(shapes, 'conv_norm_out', first)
  conv(shapes, 'conv_out', first, 4)
  return shapes
}

function vaeMiddle(shapes: Shapes, name: string, width: number): void {
  resnet(shapes, `${name}.resnets.0`, width, width, 0)
  norm(shapes, `${name}.attentions.0.group_norm`, width)
  for (const part of ['to_q', 'to_k', 'to_v', 'to_out.0'])
    linear(shapes, `${name}.attentions.0.${part}`, width, width)
  resnet(shapes, `${name}.resnets.1`, width, width, 0)
}

export function vaeShapes(widths: readonly number[], latent: number): Shapes {
  const shapes: Shapes = new Map()
  const [first = 0, deepest = 0] = [widths[0], widths.at(-1)]
  conv(shapes, 'encoder.conv_in', 3, first)
  let width = first
  for (const [level, next] of widths.entries()) {
    const block = `encoder.down_blocks.${level}`
    for (let i = 0; i < 2; i++) resnet(shapes, `${block}.resnets.${i}`, i === 0 ? width : next, next, 0)
    width = next
    if (level < widths.length - 1) conv(shapes, `${block}.downsamplers.0.conv`, width, width)
  }
  vaeMiddle(shapes, 'encoder.mid_block', deepest)
  norm(shapes, 'encoder.conv_norm_out', deepest)
  conv(shapes, 'encoder.conv_out', deepest, 2 * latent)
  conv(shapes, 'quant_conv', 2 * latent, 2 * latent, 1)
  conv(shapes, 'post_quant_conv', latent, latent, 1)
  conv(shapes, 'decoder.conv_in', latent, deepest)
  vaeMiddle(shapes, 'decoder.mid_block', deepest)
  width = deepest
  for (const [up, next] of [...widths].reverse().entries()) {
    const block = `decoder.up_blocks.${up}`
    for (let i = 0; i < 3; i++) resnet(shapes, `${block}.resnets.${i}`, i === 0 ? width : next, next, 0)
    width = next
    if (up < widths.length - 1) conv(shapes, `${block}.upsamplers.0.conv`, width, width)
  }
  norm(shapes, 'decoder.conv_norm_out', first)
  conv(shapes, 'decoder.conv_out', first, 3)
  return shapes
}

export function clipShapes(width: number, layers: number, projected?: number): Shapes {
  const shapes: Shapes = new Map()
  const root = 'text_model'
  shapes.set(`${root}.embeddings.token_embedding.weight`, [49_408, width])
  shapes.set(`${root}.embeddings.position_embedding.weight`, [77, width])
  for (let i = 0; i < layers; i++) {
    const layer = `${root}.encoder.layers.${i}`
    norm(shapes, `${layer}.layer_norm1`, width)
    norm(shapes, `${layer}.layer_norm2`, width)
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj']) {
      linear(shapes, `${layer}.self_attn.${part}`, width, width)
    }
    linear(shapes, `${layer}.mlp.fc1`, width, 4 * width)
    linear(shapes, `${layer}.mlp.fc2`, 4 * width, width)
  }
  norm(shapes, `${root}.final_layer_norm`, width)
  if (projected !== undefined) linear(shapes, 'text_projection', width, projected, false)
  return shapes
}
