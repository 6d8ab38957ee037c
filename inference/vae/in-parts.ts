import { failureOf } from '../../contract/errors.ts'
import type { ComponentName, ModelParts } from '../model-parts.ts'
import { checkFinite } from '../pipelines/output-check.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import { createGenerator } from '../random.ts'
import type { Session } from '../session.ts'
import { usualGrid } from './autoencoder-memory.ts'
import { type NormStatistics, distance, pooled } from './norm-statistics.ts'
import type { Planar } from './run-autoencoder.ts'
import { type Grid, type Own, type Ratio, inTiles } from './tiles.ts'

/** No norm would answer otherwise by more than this part of a deviation: another look would change nothing. */
const settled = 0.005
/** Latents that may be run in all so that the statistics settle, 36 usual tiles; of a large picture each is run once. */
const latentsRun = 36 * 64 * 64

type Half = 'vae_encoder' | 'vae_decoder'

/** Whether somebody knows how to run this autoencoder so that its tiles agree. */
export function hasParts(context: RunContext, name: Half): boolean {
  return context.sessions.parts.autoencoderParts?.[`${name}_rest`] !== undefined
}

/** latents a side of what the parts are tried with */
const triedSide = 8
/** Relative L2 that rounding explains, that of half precision too. */
const rounding = 1e-2

const trials = new WeakMap<ModelParts, Map<Half, Promise<boolean>>>()

type Whole = (input: Planar) => Promise<Planar>

/**
 * Whether the parts answer as the whole graph does, tried once with a little noise: parts are built from names and
 * shapes of weights, and a graph that somebody else exported may do more than those tell.
 */
export async function partsAgree(
  context: RunContext,
  name: Half,
  channels: number,
  ratio: Ratio,
  asOne: Whole,
): Promise<boolean> {
  const { parts } = context.sessions
  const known = trials.get(parts) ?? new Map<Half, Promise<boolean>>()
  trials.set(parts, known)
  const trial = known.get(name) ?? tryParts(context, name, channels, ratio, asOne)
  known.set(name, trial)
  // One that was cut short, by a cancel or for lack of memory, has found out nothing.
  trial.catch(() => known.delete(name))
  return trial
}

async function tryParts(
  context: RunContext,
  name: Half,
  channels: number,
  ratio: Ratio,
  asOne: Whole,
): Promise<boolean> {
  const side = triedSide * ratio.input
  const data = createGenerator('1').randn(channels * side * side)
  const input = { data, channels, height: side, width: side }
  const expected = (await asOne(input)).data
  try {
    const answered = (await inParts(context, name, input, usualGrid(triedSide, triedSide), ratio)).data
    return answered.length === expected.length && relativeDistance(answered, expected) < rounding
  } catch (error) {
    // Weights that are missing or have other shapes: an autoencoder of another kind, which is run as it is.
    if (['model-damaged', 'model-unsupported'].includes(failureOf(error).code)) return false
    throw error
  }
}

function relativeDistance(one: Float32Array, other: Float32Array): number {
  let [away, size] = [0, 0]
  for (let i = 0; i < other.length; i++) {
    away += ((one[i] as number) - (other[i] as number)) ** 2
    size += (other[i] as number) ** 2
  }
  return Math.sqrt(away / size)
}

/**
 * An autoencoder whose tiles agree with each other and with the untiled result: what looks at the whole picture runs
 * over the whole of it, and the norms of the tiles share one mean and variance ([Note: Shared norms]). The statistics
 * begin with those of a mosaic; each look at all tiles makes those of at least one more norm exact, and as many
 * looks as there are norms make all of them exact. Throws as `runAutoencoder`.
 */
export async function inParts(
  context: RunContext,
  name: Half,
  input: Planar,
  grid: Grid,
  ratio: Ratio,
): Promise<Planar> {
  if (name === 'vae_decoder') {
    const features = await whole(context, `${name}_middle`, input)
    return tiled(context, `${name}_rest`, features, grid, ratio)
  }
  const features = await tiled(context, `${name}_rest`, input, grid, ratio)
  return whole(context, `${name}_middle`, features)
}

/** The middle, and then its memory is free for the tiles. */
async function whole(context: RunContext, name: ComponentName, input: Planar): Promise<Planar> {
  const session = await context.sessions.session(name)
  try {
    await context.pause()
    return (await run(session, input)).planar
  } finally {
    await context.sessions.release(name)
  }
}

async function tiled(
  context: RunContext,
  name: ComponentName,
  input: Planar,
  grid: Grid,
  ratio: Ratio,
): Promise<Planar> {
  const session = await context.sessions.session(name)
  const look = async (shared: NormStatistics) => {
    const tiles: { area: number; statistics: NormStatistics }[] = []
    const planar = await inTiles(input, grid, ratio, async (tile, own) => {
      await context.pause()
      const answer = await run(session, tile, { shared, own, scale: ratio.input })
      if (answer.statistics !== undefined) tiles.push({ area: areaOf(own), statistics: answer.statistics })
      return answer.planar
    })
    return { planar, statistics: pooled(tiles) }
  }
  let statistics = await firstGuess(session, input, grid, ratio)
  const { rows, columns } = grid
  const inOneLook = rows.starts.length * rows.size * columns.starts.length * columns.size
  const most = Math.max(1, Math.trunc(latentsRun / inOneLook))
  let best: { planar: Planar; away: number } | undefined
  for (let looks = 1; looks <= most && (best === undefined || best.away > settled); looks++) {
    const next = await look(statistics)
    // On the way to where they settle they may go astray.
    const away = distance(statistics, next.statistics)
    if (best === undefined || away < best.away) best = { planar: next.planar, away }
    statistics = next.statistics
  }
  await context.sessions.finished(name)
  if (best === undefined) throw new Error('no look at the tiles')
  return best.planar
}

/** Patches a side of the mosaic. */
const patches = 4

/**
 * The statistics of a mosaic of one tile's size: patches from everywhere, as large as they are in the picture, so that
 * neither the mixture of bright and dark nor the grain of the whole is lost.
 */
async function firstGuess(session: Session, input: Planar, { rows, columns }: Grid, ratio: Ratio) {
  const [tall, wide] = [
    mosaic(rows.length, rows.size, ratio.input),
    mosaic(columns.length, columns.size, ratio.input),
  ]
  const small: Planar = {
    channels: input.channels,
    height: tall.length,
    width: wide.length,
    data: new Float32Array(input.channels * tall.length * wide.length),
  }
  let at = 0
  for (let c = 0; c < input.channels; c++) {
    for (const row of tall) {
      const from = (c * input.height + row) * input.width
      for (const column of wide) small.data[at++] = input.data[from + column] as number
    }
  }
  const own = { top: 0, left: 0, bottom: tall.length / ratio.input, right: wide.length / ratio.input }
  const { statistics } = await run(session, small, { shared: undefined, own, scale: ratio.input })
  if (statistics === undefined) throw new Error('a graph without shared norms')
  return statistics
}

/** Which lines of a side the mosaic takes: all of a short one, else stretches that are spread evenly. */
function mosaic(length: number, size: number, scale: number): number[] {
  const taken = Math.min(length, size)
  const stretch = Math.ceil(taken / patches)
  const count = Math.ceil(taken / stretch)
  const lines: number[] = []
  for (let patch = 0; patch < count; patch++) {
    const own = Math.min(stretch, taken - patch * stretch)
    const start = count === 1 ? 0 : Math.round((patch * (length - own)) / (count - 1))
    for (let line = start * scale; line < (start + own) * scale; line++) lines.push(line)
  }
  return lines
}

const areaOf = ({ top, left, bottom, right }: Own) => (bottom - top) * (right - left)

/** Without shared statistics the tile goes by its own. */
type Tile = { shared: NormStatistics | undefined; own: Own; scale: number }

async function run(
  session: Session,
  input: Planar,
  tile?: Tile,
): Promise<{ planar: Planar; statistics?: NormStatistics }> {
  const [first] = session.inputs
  const [output] = session.outputs
  if (first === undefined || output === undefined) throw new Error('a graph without inputs or outputs')
  const shape = [1, input.channels, input.height, input.width]
  const image = { [first.name]: { data: input.data, shape } }
  const feeds = tile === undefined ? image : { ...image, ...feedsOf(session, tile) }
  const answer = await session.run(feeds)
  const { data, shape: sides } = answer[output.name] ?? { data: new Float32Array(), shape: [] }
  const [, channels = 0, height = 0, width = 0] = sides
  checkFinite(data, output.name)
  const planar = { data, channels, height, width }
  const [means, variances] = [answer['tile_means'], answer['tile_variances']]
  if (means === undefined || variances === undefined) return { planar }
  return { planar, statistics: { shape: means.shape, means: means.data, variances: variances.data } }
}

function feedsOf(session: Session, { shared, own, scale }: Tile) {
  // What is not taken is of one group, which stands for all.
  const [norms] = session.input('norm_means')?.shape ?? []
  const none = new Float32Array(Number(norms))
  const { shape, means, variances } = shared ?? { shape: [Number(norms), 1, 1], means: none, variances: none }
  return {
    norm_means: { data: means, shape },
    norm_variances: { data: variances, shape },
    own: { data: Float32Array.of(shared === undefined ? 1 : 0), shape: [1] },
    crop_start: { data: Int32Array.of(own.top * scale, own.left * scale), shape: [2] },
    crop_end: { data: Int32Array.of(own.bottom * scale, own.right * scale), shape: [2] },
  }
}
