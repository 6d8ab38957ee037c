import type { Graph, Value } from './graph.ts'

/** Frequencies of a 256-wide time embedding that torch rounds up; see [Note: Rounding of exp]. */
const roundedUp = new Set([13, 44, 119])

/**
 * Positions as waves (Vaswani et al. 2017): values [batch] -> [cos, sin] of value * 10000^(-i / half), [batch, width].
 *
 * [Note: Rounding of exp] torch's vector exponential rounds three of the 128 usual frequencies to the upper
 * neighbour although the exact value lies just below the middle. Values count thousandths here: Flux' guidance of 3.5
 * arrives as 3500, and a frequency's last bit moves the output by 4e-5.
 */
export function thousandthWaves(g: Graph, values: Value, width: number): Value {
  const half = width / 2
  const frequencies = Float32Array.from({ length: half }, (_, i) =>
    Math.exp(Math.fround(Math.fround(Math.fround(-Math.log(10_000)) * i) / half)),
  )
  const bits = new Int32Array(frequencies.buffer)
  if (half === 128) for (const i of roundedUp) bits[i] = (bits[i] as number) + 1
  const angles = g.mul(g.unsqueeze(values, [1]), g.float(frequencies, [1, half]))
  return g.concat([g.cos(angles), g.sin(angles)], 1)
}

/** linear_2(silu(linear_1(x))) under `name`. */
export function twoLayers(g: Graph, x: Value, name: string): Value {
  return g.linear(g.silu(g.linear(x, `${name}.linear_1`)), `${name}.linear_2`)
}

/**
 * Time, pooled text and (where the checkpoint has its layers) guidance as one vector [batch, width]; values count
 * thousandths. diffusers' CombinedTimestep(Guidance)TextProjEmbeddings.
 */
export function timeTextEmbedding(g: Graph, time: Value, pooled: Value, guidance?: Value): Value {
  const name = 'time_text_embed'
  const waves = (value: Value, part: string): Value => {
    const width = g.columnsFor(`${name}.${part}.linear_1.weight`, 2)
    return twoLayers(g, thousandthWaves(g, value, width), `${name}.${part}`)
  }
  const steps = waves(time, 'timestep_embedder')
  const guided = guidance === undefined ? steps : g.add(steps, waves(guidance, 'guidance_embedder'))
  return g.add(guided, twoLayers(g, pooled, `${name}.text_embedder`))
}

/** The layer's output in `count` equal parts, each [batch, 1, width] (adaLN, Peebles & Xie 2023). */
export function modulations(g: Graph, condition: Value, name: string, count: number): Value[] {
  const rows = g.rowsIn(`${name}.weight`, count) * count
  const parts = Array.from({ length: count }, () => rows / count)
  return g.split(g.unsqueeze(g.linear(condition, name), [1]), parts, 2)
}

/** Layer norm without parameters, moved: norm(x) * (1 + scale) + shift. */
export function adaptiveNorm(g: Graph, x: Value, scale: Value, shift?: Value): Value {
  return moved(g, g.layerNorm(x, '', { epsilon: 1e-6 }), scale, shift)
}

export function moved(g: Graph, normal: Value, scale: Value, shift?: Value): Value {
  const scaled = g.mul(normal, g.add(scale, 1))
  return shift === undefined ? scaled : g.add(scaled, shift)
}

/**
 * Norm before an output layer (AdaLayerNormContinuous): diffusers stores scale before shift in one layer `name`.linear;
 * published files store shift first, which canonical names give as `name`.scale and `name`.shift.
 */
export function continuousNorm(g: Graph, x: Value, condition: Value, name: string): Value {
  if (g.has(`${name}.scale.weight`)) {
    const scale = g.unsqueeze(g.linear(condition, `${name}.scale`), [1])
    return adaptiveNorm(g, x, scale, g.unsqueeze(g.linear(condition, `${name}.shift`), [1]))
  }
  const [scale, shift] = modulations(g, condition, `${name}.linear`, 2) as [Value, Value]
  return adaptiveNorm(g, x, scale, shift)
}
