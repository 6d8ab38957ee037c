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

/** Queries, keys and values, and what takes LCM's guidance. */
export const unbiased = /\.to_[qkv]$|^time_embedding\.cond_proj$/

/** What flows through every block. */
export type Conditioning = {
  /** silu of the time embedding [1 or batch, width] */
  time: Value
  /** text [batch, sequence, width] */
  context: Value
  options: UnetOptions
}

/** A value, and the first one of its height and width on the way down: what depends on them alone is worked out once. */
export type Placed = { x: Value; level: Value }

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

function resnet(
  g: Graph,
  { x, level }: Placed,
  name: string,
  { time, options: { groups } }: Conditioning,
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
  const half = g.rowsIn(`${name}.net.0.proj.weight`, 2)
  const hidden = g.linear(x, `${name}.net.0.proj`, { rows: [0, half] })
  const gate = g.linear(x, `${name}.net.0.proj`, { rows: [half, 2 * half] })
  return g.linear(g.mul(hidden, g.gelu(gate)), `${name}.net.2`)
}

function transformerBlock(
  g: Graph,
  { x, level }: Placed,
  context: Value,
  name: string,
  heads: number,
): Value {
  const norm = (y: Value, which: string): Value =>
    g.layerNorm(y, `${name}.${which}`, { epsilon: 1e-5, like: level })
  const alone = norm(x, 'norm1')
  const afterSelf = g.add(attention(g, alone, alone, `${name}.attn1`, heads), x)
  const asking = norm(afterSelf, 'norm2')
  const afterText = g.add(attention(g, asking, context, `${name}.attn2`, heads), afterSelf)
  return g.add(feedForward(g, norm(afterText, 'norm3'), `${name}.ff`), afterText)
}

/** Pixels as tokens through transformer blocks and back. x [batch, channels, height, width] */
function spatialTransformer(
  g: Graph,
  { x, level }: Placed,
  name: string,
  context: Value,
  heads: number,
  groups: number,
): Value {
  const normal = g.groupNorm(x, `${name}.norm`, { groups, epsilon: 1e-6 })
  // proj_in and proj_out are 1x1 convolutions or linear layers: on tokens that is the same.
  let tokens = g.linear(g.transpose(g.reshape(normal, [0, 0, -1]), [0, 2, 1]), `${name}.proj_in`)
  for (let i = 0; i < countBelow(g.weights, `${name}.transformer_blocks.`); i++) {
    const block = `${name}.transformer_blocks.${i}`
    tokens = transformerBlock(g, { x: tokens, level }, context, block, heads)
  }
  const planes = g.transpose(g.linear(tokens, `${name}.proj_out`), [0, 2, 1])
  return g.add(g.reshape(planes, g.shape(x)), x)
}

/** One resnet, and the transformer beside it where there is one. */
export function step(
  g: Graph,
  { x, level }: Placed,
  block: string,
  index: number,
  heads: number,
  flow: Conditioning,
): Value {
  const { groups } = flow.options
  const after = resnet(g, { x, level }, `${block}.resnets.${index}`, flow)
  const transformer = `${block}.attentions.${index}`
  if (!hasBelow(g.weights, `${transformer}.`)) return after
  return spatialTransformer(g, { x: after, level }, transformer, flow.context, heads, groups)
}

/** The way down: every intermediate result in order, conv_in's first. */
export function downPath(g: Graph, x: Value, flow: Conditioning): Placed[] {
  let here: Placed = { x, level: x }
  const skips = [here]
  for (let level = 0; level < countBelow(g.weights, 'down_blocks.'); level++) {
    const block = `down_blocks.${level}`
    for (let i = 0; i < countBelow(g.weights, `${block}.resnets.`); i++) {
      here = { ...here, x: step(g, here, block, i, flow.options.heads[level] ?? 1, flow) }
      skips.push(here)
    }
    const down = `${block}.downsamplers.0.conv`
    if (!g.has(`${down}.weight`)) continue
    const halved = g.conv(here.x, down, { stride: 2, padding: 1 })
    here = { x: halved, level: halved }
    skips.push(here)
  }
  return skips
}

export function middle(g: Graph, { x, level }: Placed, flow: Conditioning): Value {
  if (!hasBelow(g.weights, 'mid_block.')) return x
  const heads = flow.options.heads.at(-1) ?? 1
  const first = step(g, { x, level }, 'mid_block', 0, heads, flow)
  if (!g.has('mid_block.resnets.1.conv1.weight')) return first
  return step(g, { x: first, level }, 'mid_block', 1, heads, flow)
}
