import type { Graph, Value } from './graph.ts'
import { indivisible } from './weights.ts'

/** Cosines and sines [tokens, head size / 2], one pair for every two neighbouring channels. */
export type Rotation = { cos: Value; sin: Value }

/**
 * Angles of rotary positions on several axes (Su et al. 2021; Flux and Z-Image give every axis its share of the head).
 * positions: one float64 [tokens] per axis. Products are taken in double and rounded once, as the references do.
 */
export function rotationOf(
  g: Graph,
  positions: readonly Value[],
  options: { axes: readonly number[]; theta: number },
): Rotation {
  const angles = positions.map((position, axis) => {
    const size = options.axes[axis] ?? 0
    const frequencies = Float64Array.from({ length: size / 2 }, (_, i) => options.theta ** ((-2 * i) / size))
    const row = g.constant('float64', [1, size / 2], new Uint8Array(frequencies.buffer))
    return g.mul(g.unsqueeze(position, [1]), row)
  })
  const all = g.cast(angles.length === 1 ? (angles[0] as Value) : g.concat(angles, 1), 'float32')
  return { cos: g.cos(all), sin: g.sin(all) }
}

/** x [batch, tokens, heads * size], turned. `interleaved`: a pair is (2i, 2i + 1); otherwise (i, i + size / 2). */
export function rotate(g: Graph, x: Value, { cos, sin }: Rotation, options: { interleaved: boolean }): Value {
  return g.op('RotaryEmbedding', [x, g.int([0]), cos, sin], {
    domain: 'com.microsoft',
    attributes: { interleaved: options.interleaved ? 1 : 0 },
  })
}

/** 0, 1, … count - 1 as float64; `count` is int64 of one element. */
export function counted(g: Graph, count: Value): Value {
  const end = g.squeeze(count, [0])
  return g.cast(g.op('Range', [g.int([0], []), end, g.int([1], [])]), 'float64')
}

/** RMS norm of every head on its own: x [batch, tokens, heads * size], gain [size]. */
export function normHeads(
  g: Graph,
  x: Value,
  name: string,
  options: { heads: number; epsilon: number },
): Value {
  const [size = 0] = g.shapeOf(`${name}.weight`)
  const [width, maker] = [g.sidesOf(x)?.at(-1), g.makerOf(x)]
  if (width !== options.heads * size && typeof width === 'number' && maker !== undefined) {
    throw indivisible(maker.weight, maker.label, width / size)
  }
  const split = g.reshape(x, [0, 0, options.heads, size])
  return g.reshape(g.rmsNorm(split, name, { epsilon: options.epsilon }), [0, 0, options.heads * size])
}
