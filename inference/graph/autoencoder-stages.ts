import {
  decoderStart,
  downsample,
  encoderEnd,
  ending,
  normEpsilon,
  ownNorm,
  resnet,
  upsample,
} from './autoencoder.ts'
import { createGraph, none, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { countBelow, type WeightSource } from './weights.ts'

/**
 * [Note: An autoencoder in stages] A picture that is too large for one run is worked on in strips of rows. What a
 * convolution sees beyond a strip's rim is a few rows, but a group norm takes mean and variance over the whole map, and
 * near the latents each pixel looks at all others. So the network is cut into stages, a resnet each, which give a whole
 * map of features before the next begins. The norms of a stage take their statistics from outside: those over the map
 * that it begins with were added up while that was written, and each further one is looked for by a run over all strips
 * that goes only as far as the map that it is over. What comes out is the untiled result but for the rounding of the
 * maps, which are stored in half precision.
 */
export type StagePlan = {
  /** as the network calls its layers */
  name: string
  /** what must be looked at as a whole runs in one piece, with norms of its own */
  whole: boolean
  /** rows and columns that go in and come out for each of the smaller map of the two */
  sides: { input: number; output: number }
  channels: { input: number; output: number }
  /** group norms of the stage, in their order */
  norms: number
  /** whether the first of them is over the map that goes in */
  isFirstKnown: boolean
  /** channels of the widest map within */
  widest: number
  /** rows that a strip must see on either side of its own, in those of the smaller map */
  beyond: number
}

/** Where a half is cut. */
export type Cut = {
  /** between what enlarges or reduces a map and what comes next, so that no look for a norm repeats it */
  isResizedApart: boolean
  /** nowhere in so many levels next to the picture, whose maps are the largest: each look repeats all of them */
  uncut: number
}

/** From the quickest to the one with the smallest maps. */
export const cuts: readonly Cut[] = [
  { isResizedApart: true, uncut: 0 },
  { isResizedApart: false, uncut: 0 },
  { isResizedApart: false, uncut: 1 },
  { isResizedApart: false, uncut: 2 },
]

/** Which graph of which stage. */
export type StagePart = {
  cut: Cut
  index: number
  /** it gives only mean and variance of what this norm of the stage is over */
  sought: number | undefined
}

/** Maps are stored divided by it: features of autoencoders that were never run in half precision exceed 65504. */
const storedPart = 16

type Half = 'encoder' | 'decoder'
type Norm = (x: Value, name: string) => Value
type Layer = {
  name: string
  whole?: boolean
  sides?: StagePlan['sides']
  norms: number
  /** rows on either side that decide about one that comes out, in rows that come out */
  reach: number
  /** channels that come out */
  width: number
  build: (g: Graph, x: Value, norm: Norm) => Value
}

const same = { input: 1, output: 1 }

/** One half, layer by layer, and the channels of what goes in. */
function layersOf(weights: WeightSource, half: Half, groups: number): { layers: Layer[]; channels: number } {
  const shape = (name: string) => weights.get(`${name}.weight`)?.shape ?? []
  const width = (name: string) => shape(name)[0] ?? 0
  const sampler = (name: string, sides: StagePlan['sides'], resize: typeof upsample): Layer[] =>
    weights.has(`${name}.weight`)
      ? [{ name, sides, norms: 0, reach: 1, width: width(name), build: (g, x) => resize(g, x, name) }]
      : []
  const levels: Layer[] = []
  const blocks = half === 'decoder' ? 'decoder.up_blocks.' : 'encoder.down_blocks.'
  for (let level = 0; level < countBelow(weights, blocks); level++) {
    const block = `${blocks}${level}`
    for (let i = 0; i < countBelow(weights, `${block}.resnets.`); i++) {
      const name = `${block}.resnets.${i}`
      const build: Layer['build'] = (g, x, norm) => resnet(g, x, name, norm)
      levels.push({ name, norms: 2, reach: 2, width: width(`${name}.conv2`), build })
    }
    levels.push(
      ...sampler(`${block}.upsamplers.0.conv`, { input: 1, output: 2 }, upsample),
      ...sampler(`${block}.downsamplers.0.conv`, { input: 2, output: 1 }, downsample),
    )
  }
  const middle = { name: `${half}.mid_block`, whole: true, norms: 0, reach: 0 }
  if (half === 'decoder') {
    const name = 'decoder.conv_out'
    const build: Layer['build'] = (g, x, norm) => ending(g, x, 'decoder', norm)
    const start = (g: Graph, x: Value) => decoderStart(g, x, ownNorm(g, groups))
    const [, channels = 0] = shape(
      weights.has('post_quant_conv.weight') ? 'post_quant_conv' : 'decoder.conv_in',
    )
    const first = { ...middle, width: width('decoder.conv_in'), build: start }
    return { layers: [first, ...levels, { name, norms: 1, reach: 1, width: width(name), build }], channels }
  }
  const first = sampler('encoder.conv_in', same, (g, x, name) => g.conv(x, name, { padding: 1 }))
  const moments = width(weights.has('quant_conv.weight') ? 'quant_conv' : 'encoder.conv_out')
  const end = (g: Graph, x: Value) => encoderEnd(g, x, ownNorm(g, groups))
  const [, channels = 0] = shape('encoder.conv_in')
  return { layers: [...first, ...levels, { ...middle, width: moments, build: end }], channels }
}

/** What runs as one, and the channels that go in. */
type Stage = { layers: Layer[]; channels: number }

function stagesOf(
  weights: WeightSource,
  half: Half,
  groups: number,
  { isResizedApart, uncut }: Cut,
): Stage[] {
  const { layers, channels } = layersOf(weights, half, groups)
  // Pixels a side for each that a map has: a level is what lies between two changes of size.
  const resized = layers.filter(({ sides = same }) => sides.input !== sides.output).length
  let level = half === 'decoder' ? resized : 0
  const stages: Stage[] = []
  let stage: Stage = { layers: [], channels }
  for (const [index, layer] of layers.entries()) {
    const { sides = same, whole = false, norms, width } = layer
    level += Math.log2(sides.input / sides.output)
    stage.layers.push(layer)
    const next = layers[index + 1]
    const isCut = (norms > 0 || isResizedApart) && level >= uncut
    if (!isCut && !whole && next !== undefined && next.whole !== true) continue
    stages.push(stage)
    stage = { layers: [], channels: width }
  }
  return stages
}

function planOf({ layers, channels }: Stage, index: number): StagePlan {
  const product = (of: 'input' | 'output') => layers.reduce((all, { sides = same }) => all * sides[of], 1)
  const sides = { input: product('input'), output: product('output') }
  const rows = layers.reduceRight(
    (seen, { reach, sides: own = same }) => Math.ceil(((seen + reach) * own.input) / own.output),
    0,
  )
  return {
    name: layers.map(({ name }) => name).join(', '),
    whole: layers.some(({ whole }) => whole),
    sides,
    channels: { input: channels, output: layers.at(-1)?.width ?? channels },
    norms: layers.reduce((sum, { norms }) => sum + norms, 0),
    isFirstKnown: index > 0 && (layers[0]?.norms ?? 0) > 0,
    widest: Math.max(channels, ...layers.map(({ width }) => width)),
    beyond: Math.ceil(rows / sides.input),
  }
}

/** The stages of one half of an AutoencoderKL, in the order they run. */
export function autoencoderStages(
  weights: WeightSource,
  half: Half,
  { groups, cut }: { groups: number; cut: Cut },
): StagePlan[] {
  return stagesOf(weights, half, groups, cut).map(planOf)
}

/**
 * One stage: map [1, channels, rows, columns] -> result [1, channels, own rows, columns], float16 and a sixteenth but for
 * what goes into the first stage and comes out of the last (float32, as it is). Further inputs: norm_means,
 * norm_variances [norms, groups, 1]; own int64 [2]: which rows of those that went in are the strip's own, [start, end).
 * Further outputs: mean, variance [groups, 1] of the own rows that come out.
 */
export function stageGraph(
  weights: WeightSource,
  half: Half,
  { groups, cut, index, sought }: { groups: number } & StagePart,
  path: string,
): BuiltGraph {
  const stages = stagesOf(weights, half, groups, cut)
  const stage = stages[index]
  if (stage === undefined) throw new Error(`no stage ${index}`)
  const { name, norms, channels } = planOf(stage, index)
  const [isFirst, isLast] = [index === 0, index === stages.length - 1]
  const g = createGraph(weights, { unbiased: none })
  const sides = [1, channels.input, 'rows', 'columns'] as const
  const map = isFirst
    ? g.input('map', 'float32', sides)
    : g.mul(g.cast(g.input('map', 'float16', sides), 'float32'), storedPart)
  const rowsIn = g.shape(map, 2, 3)
  const ownRows = (x: Value): Value => {
    const own = g.div(g.mul(g.input('own', 'int64', [2]), g.shape(x, 2, 3)), rowsIn)
    return g.slice(x, 2, g.gather(own, g.int([0])), g.gather(own, g.int([1])))
  }
  const statistics = (own: Value): void => {
    const values = g.reshape(own, [groups, -1])
    const mean = g.mean(values, [1])
    const away = g.sub(values, mean)
    g.output('mean', mean, [groups, 1])
    g.output('variance', g.mean(g.mul(away, away), [1]), [groups, 1])
  }

  let number = 0
  let found = map
  const norm = (x: Value, layer: string): Value => {
    if (number === sought) found = x
    const [width = 0] = g.shapeOf(`${layer}.weight`)
    const ofChannels = (value: Value) => g.reshape(value, [width, 1, 1])
    const given = (what: string): Value => {
      const all = g.input(what, 'float32', [norms, groups, 1])
      const ofGroups = g.gather(all, g.int([number], []))
      return ofChannels(g.expand(ofGroups, g.int([groups, width / groups])))
    }
    const deviation = g.sqrt(g.add(given('norm_variances'), normEpsilon))
    const gain = g.div(ofChannels(g.weight(`${layer}.weight`)), deviation)
    const normal = g.mul(g.sub(x, given('norm_means')), gain)
    number += 1
    return g.add(normal, ofChannels(g.weight(`${layer}.bias`)))
  }
  const result = stage.layers.reduce((x, { build }) => build(g, x, norm), map)
  if (sought !== undefined) {
    statistics(ownRows(found))
    return g.finish(`${half} ${name}, norm ${sought}`, path)
  }
  const own = ownRows(result)
  const sidesOut = [1, channels.output, 'own_rows', 'own_columns'] as const
  if (isLast) {
    g.output('result', own, sidesOut)
  } else {
    g.output('result', g.cast(g.mul(own, 1 / storedPart), 'float16'), sidesOut, 'float16')
    statistics(own)
  }
  return g.finish(`${half} ${name}`, path)
}
