import type { Graph, Value } from './graph.ts'
import { countBelow, hasBelow } from './weights.ts'

export type UnetOptions = {
  /** attention heads of every level, from the highest resolution down */
  heads: readonly number[]
  /** groups of every group norm */
  groups: number
  /** width of the embedding of each of SDXL's six sizes; only where the checkpoint has add_embedding */
  additionTimeEmbedDim?: number
}

/** What flows through every block. */
export type Conditioning = {
  /** silu of the time embedding [1 or batch, width] */
  time: Value
  /** text [batch, sequence, width] */
  context: Value
  options: UnetOptions
  /** any value of this level's height and width */
  level?: Value
}

/**
 * Positions as waves (Vaswani et al. 2017): [cos, sin] of value * 10000^(-i / half).
 * Rounded to float32 at every step, as the reference does: at t = 999 the rounding of a frequency is visible.
 */
export function timestepWaves(g: Graph, values: Value, width: number): Value {
  const half = width / 2
  const frequencies = Float32Array.from({ length: half }, (_, i) =>
    Math.exp(Math.fround(Math.fround(Math.fround(-Math.log(10_000)) * i) / half)),
  )
  const angles = g.mul(g.unsqueeze(values, [1]), g.float(frequencies, [1, half]))
  return g.concat([g.cos(angles), g.sin(angles)], 1)
}

export function resnet(
  g: Graph,
  x: Value,
  name: string,
  { time, options: { groups }, level = x }: Omit<Conditioning, 'context'>,
): Value {
  const normalised = (y: Value, norm: string): Value =>
    g.silu(g.groupNorm(y, norm, { groups, epsilon: 1e-5 }))
  const same = { padding: 1, like: level }
  const first = g.conv(normalised(x, `${name}.norm1`), `${name}.conv1`, same)
  const moved = g.add(first, g.unsqueeze(g.linear(time, `${name}.time_emb_proj`), [2, 3]))
  const second = g.conv(normalised(moved, `${name}.norm2`), `${name}.conv2`, same)
  return g.add(g.has(`${name}.conv_shortcut.weight`) ? g.conv(x, `${name}.conv_shortcut`) : x, second)
}

function attention(g: Graph, x: Value, context: Value, name: string, heads: number): Value {
  const q = g.linear(x, `${name}.to_q`)
  const k = g.linear(context, `${name}.to_k`)
  const v = g.linear(context, `${name}.to_v`)
  return g.linear(g.attention(q, k, v, { heads }), `${name}.to_out.0`)
}

/** Shazeer 2020, GEGLU. The two halves of the projection are two layers, so that nothing need be split. */
function feedForward(g: Graph, x: Value, name: string): Value {
  const [rows = 0] = g.shapeOf(`${name}.net.0.proj.weight`)
  const hidden = g.linear(x, `${name}.net.0.proj`, { rows: [0, rows / 2] })
  const gate = g.linear(x, `${name}.net.0.proj`, { rows: [rows / 2, rows] })
  return g.linear(g.mul(hidden, g.gelu(gate)), `${name}.net.2`)
}

function transformerBlock(g: Graph, x: Value, context: Value, name: string, heads: number): Value {
  const epsilon = 1e-5
  const alone = g.layerNorm(x, `${name}.norm1`, { epsilon })
  const afterSelf = g.add(attention(g, alone, alone, `${name}.attn1`, heads), x)
  const asking = g.layerNorm(afterSelf, `${name}.norm2`, { epsilon })
  const afterText = g.add(attention(g, asking, context, `${name}.attn2`, heads), afterSelf)
  return g.add(feedForward(g, g.layerNorm(afterText, `${name}.norm3`, { epsilon }), `${name}.ff`), afterText)
}

/** Pixels as tokens through transformer blocks and back. x [batch, channels, height, width] */
export function spatialTransformer(
  g: Graph,
  x: Value,
  name: string,
  context: Value,
  heads: number,
  groups: number,
): Value {
  const normal = g.groupNorm(x, `${name}.norm`, { groups, epsilon: 1e-6 })
  // proj_in and proj_out are 1x1 convolutions or linear layers: on tokens that is the same.
  let tokens = g.linear(g.transpose(g.reshape(normal, [0, 0, -1]), [0, 2, 1]), `${name}.proj_in`)
  for (let i = 0; i < countBelow(g.weights, `${name}.transformer_blocks.`); i++) {
    tokens = transformerBlock(g, tokens, context, `${name}.transformer_blocks.${i}`, heads)
  }
  const planes = g.transpose(g.linear(tokens, `${name}.proj_out`), [0, 2, 1])
  return g.add(g.reshape(planes, g.shape(x)), x)
}

/** One resnet, and the transformer beside it where there is one. */
export function step(
  g: Graph,
  x: Value,
  block: string,
  index: number,
  heads: number,
  flow: Conditioning,
): Value {
  const { groups } = flow.options
  const after = resnet(g, x, `${block}.resnets.${index}`, flow)
  const transformer = `${block}.attentions.${index}`
  if (!hasBelow(g.weights, `${transformer}.`)) return after
  return spatialTransformer(g, after, transformer, flow.context, heads, groups)
}

/** The way down: every intermediate result in order, conv_in's first. */
export function downPath(g: Graph, x: Value, flow: Conditioning): Value[] {
  const skips = [x]
  for (let level = 0; level < countBelow(g.weights, 'down_blocks.'); level++) {
    const block = `down_blocks.${level}`
    const here = { ...flow, level: skips.at(-1) as Value }
    for (let i = 0; i < countBelow(g.weights, `${block}.resnets.`); i++) {
      skips.push(step(g, skips.at(-1) as Value, block, i, flow.options.heads[level] ?? 1, here))
    }
    const down = `${block}.downsamplers.0.conv`
    if (g.has(`${down}.weight`)) skips.push(g.conv(skips.at(-1) as Value, down, { stride: 2, padding: 1 }))
  }
  return skips
}

export function middle(g: Graph, x: Value, flow: Conditioning): Value {
  if (!hasBelow(g.weights, 'mid_block.')) return x
  const heads = flow.options.heads.at(-1) ?? 1
  const here = { ...flow, level: x }
  const first = step(g, x, 'mid_block', 0, heads, here)
  return g.has('mid_block.resnets.1.conv1.weight') ? step(g, first, 'mid_block', 1, heads, here) : first
}
