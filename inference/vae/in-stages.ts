import { failureOf } from '../../contract/errors.ts'
import type { StagePlan } from '../graph/autoencoder-stages.ts'
import type { AutoencoderHalf, AutoencoderStages, ModelParts } from '../model-parts.ts'
import { checkFinite } from '../pipelines/output-check.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import { relativeError } from '../precision/relative-error.ts'
import { createGenerator } from '../random.ts'
import type { Session } from '../session.ts'
import {
  asMap,
  bytesPerFeature,
  type FeatureMap,
  featureMap,
  type Numbers,
  readRows,
  writeRows,
} from './feature-map.ts'
import { type NormStatistics, pooled } from './norm-statistics.ts'
import type { Planar } from './run-autoencoder.ts'

/** latents a side of what the stages are tried with, and bytes of a strip that make several of it */
const trialLatents = 16
const trialStrip = 1 << 16
/** Relative L2 that rounding explains, that of half precision too. */
const rounding = 1e-2

const trials = new WeakMap<ModelParts, Map<AutoencoderHalf, Promise<boolean>>>()

/**
 * How this half of the autoencoder is to be cut so that the maps of such a picture fit into so many bytes; undefined
 * where nothing fits or nobody knows how to build it in stages.
 *
 * @param height and width of what goes in
 */
export function fittingStages(
  { sessions }: { sessions: Pick<RunContext['sessions'], 'parts'> },
  half: AutoencoderHalf,
  { height, width }: { height: number; width: number },
  bytes: number,
): AutoencoderStages | undefined {
  const ways = sessions.parts.autoencoderStages?.[half] ?? []
  return ways.find((stages) => memoryOfMaps(stages, height, width) <= bytes)
}

export type StageTrial = {
  half: AutoencoderHalf
  stages: AutoencoderStages
  /** pixels per latent */
  factor: number
  /** the whole graph */
  asOne: (input: Planar) => Promise<Planar>
}

/**
 * Whether the stages answer as the whole graph does, tried once with a little noise: they are built from names and
 * shapes of weights, and a graph that somebody else exported may do more than those tell.
 */
export async function stagesAgree(context: RunContext, trial: StageTrial): Promise<boolean> {
  const { parts } = context.sessions
  const { half } = trial
  const known = trials.get(parts) ?? new Map<AutoencoderHalf, Promise<boolean>>()
  trials.set(parts, known)
  const tried = known.get(half) ?? tryStages(context, trial)
  known.set(half, tried)
  // One that was cut short, by a cancel or for lack of memory, has found out nothing.
  tried.catch(() => known.delete(half))
  return tried
}

async function tryStages(context: RunContext, { half, stages, factor, asOne }: StageTrial): Promise<boolean> {
  const channels = stages[0]?.plan.channels.input ?? 0
  const side = half === 'vae_encoder' ? trialLatents * factor : trialLatents
  const data = createGenerator('1').randn(channels * side * side)
  const input = { data, channels, height: side, width: side }
  const expected = (await asOne(input)).data
  try {
    const answered = (await inStages(context, stages, input, trialStrip)).data
    return answered.length === expected.length && relativeError(answered, expected) < rounding
  } catch (error) {
    // Weights that are missing or have other shapes: an autoencoder of another kind, which is run as it is.
    if (['model-damaged', 'model-unsupported'].includes(failureOf(error).code)) return false
    throw error
  }
}

/** Bytes of the maps between stages where they are largest. */
function memoryOfMaps(stages: AutoencoderStages, height: number, width: number): number {
  let [area, most] = [height * width, 0]
  for (const [index, { plan }] of stages.entries()) {
    const input = index === 0 ? 0 : area * plan.channels.input * bytesPerFeature
    area *= (plan.sides.output / plan.sides.input) ** 2
    const output = index === stages.length - 1 ? 0 : area * plan.channels.output * bytesPerFeature
    most = Math.max(most, isInPlace(plan) ? output : input + output)
  }
  return most
}

/**
 * One half of an autoencoder over a whole picture ([Note: An autoencoder in stages]), in the memory of its maps and of
 * one strip. Throws as `runAutoencoder`.
 *
 * @param strip bytes of a float32 map of one strip, at its largest
 */
export async function inStages(
  context: RunContext,
  stages: AutoencoderStages,
  input: Planar,
  strip: number,
): Promise<Planar> {
  let map = asMap(input.data, input)
  let known: NormStatistics | undefined
  let result: Planar | undefined
  for (const [index, stage] of stages.entries()) {
    const { plan } = stage
    const [height, width] = [map.height, map.width].map(
      (side) => (side * plan.sides.output) / plan.sides.input,
    )
    const sides = { channels: plan.channels.output, height: height ?? 0, width: width ?? 0 }
    let target: FeatureMap
    if (index === stages.length - 1) {
      const data = new Float32Array(sides.channels * sides.height * sides.width)
      result = { data, ...sides }
      target = asMap(data, sides)
    } else {
      target = index > 0 && isInPlace(plan) ? map : featureMap(sides.channels, sides.height, sides.width)
    }
    known = await runStage(context, stage, map, target, plan.isFirstKnown ? known : undefined, strip)
    map = target
  }
  if (result === undefined) throw new Error('an autoencoder without stages')
  checkFinite(result.data, stages.at(-1)?.plan.name ?? '')
  return result
}

const isInPlace = ({ channels, sides }: StagePlan) =>
  channels.input === channels.output && sides.input === sides.output

/** All runs of one stage; answers the statistics of the map that it wrote. */
async function runStage(
  context: RunContext,
  { plan, graphs }: AutoencoderStages[number],
  source: FeatureMap,
  target: FeatureMap,
  given: NormStatistics | undefined,
  strip: number,
): Promise<NormStatistics | undefined> {
  const rows = plan.whole ? source.height : rowsOf(plan, Math.max(source.width, target.width), strip)
  const statistics = given === undefined ? [] : [given]
  let last: NormStatistics | undefined
  for (const [index, { name }] of graphs.entries()) {
    const session = await context.sessions.session(name)
    try {
      const written = index === graphs.length - 1 ? target : undefined
      last = await overStrips(context, session, plan, { source, target: written, rows, statistics })
      if (last !== undefined && written === undefined) statistics.push(last)
    } finally {
      await context.sessions.release(name)
    }
  }
  return last
}

/** Rows of a strip in those of the smaller map; more than are seen beyond it, so that one may be written a strip late. */
function rowsOf({ widest, sides, beyond }: StagePlan, width: number, strip: number): number {
  const perRow = width * widest * Float32Array.BYTES_PER_ELEMENT
  return Math.max(beyond + 1, Math.trunc(strip / (perRow * sides.output * sides.input)))
}

type Pass = {
  source: FeatureMap
  /** absent: only statistics are asked for */
  target: FeatureMap | undefined
  /** of a strip, in those of the smaller map */
  rows: number
  /** of the stage's norms, as far as they are known */
  statistics: readonly NormStatistics[]
}

async function overStrips(
  context: RunContext,
  session: Session,
  { name, sides, channels, beyond }: StagePlan,
  { source, target, rows, statistics }: Pass,
): Promise<NormStatistics | undefined> {
  const height = source.height / sides.input
  const found: { rows: number; statistics: NormStatistics }[] = []
  // In place, the next strip must still see what this one stood on: what was made of it is written a strip late.
  let late: { from: number; numbers: Numbers } | undefined
  for (let from = 0; from < height; from += rows) {
    await context.pause()
    const until = Math.min(height, from + rows)
    const seen = { from: Math.max(0, from - beyond), until: Math.min(height, until + beyond) }
    const numbers = readRows(source, seen.from * sides.input, seen.until * sides.input)
    const shape = [1, source.planes.length, (seen.until - seen.from) * sides.input, source.width]
    const feeds = {
      map: numbers instanceof Uint16Array ? { halves: numbers, shape } : { data: numbers, shape },
      own: {
        data: Int32Array.of(from - seen.from, until - seen.from).map((row) => row * sides.input),
        shape: [2],
      },
      ...statisticsFeeds(session, statistics),
    }
    const outputs = session.outputs.map((port) => port.name)
    if (target === undefined) {
      found.push({ rows: until - from, statistics: statisticsOf(await session.run(feeds, outputs)) })
      continue
    }
    const size = channels.output * (until - from) * sides.output * target.width
    const made = target.planes[0] instanceof Float32Array ? new Float32Array(size) : new Uint16Array(size)
    const sidesOut = [1, channels.output, (until - from) * sides.output, target.width]
    const answer = await session.run(feeds, outputs, {
      result:
        made instanceof Uint16Array ? { halves: made, shape: sidesOut } : { data: made, shape: sidesOut },
    })
    if (answer['mean'] !== undefined) found.push({ rows: until - from, statistics: statisticsOf(answer) })
    if (late !== undefined) writeRows(target, late.from, late.numbers)
    late = { from: from * sides.output, numbers: made }
  }
  if (late !== undefined && target !== undefined) writeRows(target, late.from, late.numbers)
  if (found.length === 0) return undefined
  const all = pooled(found)
  checkFinite(all.variances, name)
  return all
}

function statisticsOf(answer: Awaited<ReturnType<Session['run']>>): NormStatistics {
  const [means, variances] = [answer['mean']?.data, answer['variance']?.data]
  if (means === undefined || variances === undefined) throw new Error('a stage without statistics')
  return { means, variances }
}

/** [norms, groups, 1]; those that are not known yet are not looked at. */
function statisticsFeeds(session: Session, known: readonly NormStatistics[]) {
  const shape = (session.input('norm_means')?.shape ?? []).map(Number)
  const [norms = 0, groups = 0] = shape
  const filled = (of: 'means' | 'variances') => {
    const data = new Float32Array(norms * groups)
    known.forEach((statistics, norm) => data.set(statistics[of], norm * groups))
    return { data, shape }
  }
  return { norm_means: filled('means'), norm_variances: filled('variances') }
}
