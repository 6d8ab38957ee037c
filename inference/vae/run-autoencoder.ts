import { failureOf } from '../../contract/errors.ts'
import { needComponent } from '../model-parts.ts'
import { checkFinite, checkOutput } from '../pipelines/output-check.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import {
  fixedSides,
  gridFor,
  memoryForMaps,
  stripMemory,
  tileSizes,
  usualGrid,
} from './autoencoder-memory.ts'
import { fittingStages, inStages, stagesAgree } from './in-stages.ts'
import { type Grid, type Ratio, inTiles } from './tiles.ts'

export type Planar = { data: Float32Array; channels: number; height: number; width: number }

/**
 * One half of an autoencoder over a picture: whole, or in tiles when memory or the graph demands it (a note says
 * so). Throws what sessions throw, 'output-not-finite', 'output-constant'.
 *
 * @param ratio pixels or latents per latent, of what goes in and of what comes out
 */
export async function runAutoencoder(
  context: RunContext,
  name: 'vae_encoder' | 'vae_decoder',
  input: Planar,
  ratio: Ratio,
): Promise<Planar> {
  await context.pause()
  const session = await context.sessions.session(name)
  const [first] = session.inputs
  // Moments come first, also where the exporter left them out: [Note: Outputs that exporters leave out].
  const answered = session.outputs.find((output) => output.name === 'latent_parameters') ?? session.outputs[0]
  if (first === undefined || answered === undefined) throw new Error('a graph without inputs or outputs')
  const output = answered.name
  const run = async (tile: Planar): Promise<Planar> => {
    await context.pause()
    const shape = [1, tile.channels, tile.height, tile.width]
    const open = await context.sessions.session(name)
    const answer = (await open.run({ [first.name]: { data: tile.data, shape } }, [output]))[output]
    const [, channels, height, width] = answer?.shape ?? []
    if (answer === undefined || channels === undefined || height === undefined || width === undefined) {
      throw new Error('an autoencoder that does not answer a picture')
    }
    checkFinite(answer.data, name)
    return { data: answer.data, channels, height, width }
  }
  // An even picture may well have even latents, but no picture is one colour to the last bit.
  const checked = (result: Planar): Planar => {
    if (name === 'vae_decoder') checkOutput(result.data, name)
    return result
  }
  const factor = Math.max(ratio.input, ratio.output)
  /** In strips as untiled where that can be done, else tile by tile. */
  const inPieces = async (grid: Grid): Promise<{ planar: Planar; pieces: string }> => {
    const tiles = async () => ({
      planar: await inTiles(input, grid, ratio, run),
      pieces: `${grid.rows.starts.length}x${grid.columns.starts.length}, ${factor * grid.rows.size} px`,
    })
    if (fixed !== undefined) return tiles()
    const stages = fittingStages(context, name, input, memoryForMaps(memoryCeiling))
    if (stages === undefined || !(await stagesAgree(context, { half: name, stages, factor, asOne: run })))
      return tiles()
    await context.sessions.release(name)
    const strip = stripMemory(grid.rows.size)
    return { planar: await inStages(context, stages, input, strip), pieces: `${strip / 2 ** 20} MiB` }
  }
  const inGrid = async (grid: Grid): Promise<Planar> => {
    const { planar, pieces } = await inPieces(grid)
    context.note(name === 'vae_decoder' ? 'decoded-in-tiles' : 'encoded-in-tiles', pieces)
    return checked(planar)
  }

  const component = needComponent(context.sessions.parts, name)
  const latents = [input.height / ratio.input, input.width / ratio.input] as const
  const fixed = fixedSides(component, first.name, ratio.input)
  const { memoryCeiling = 0, largestTile = Number.POSITIVE_INFINITY } = context.sessions.options
  const grid = gridFor(component, latents, factor, fixed, memoryCeiling)
  // A graph of one size knows no smaller tiles.
  if (grid !== undefined && fixed !== undefined) return inGrid(grid)
  const sizes = tileSizes.filter((size) => size <= largestTile && size < Math.max(...latents))
  // What is smaller than the smallest tile has no choice.
  const isWholeTried = sizes.length === 0 || (grid === undefined && Math.max(...latents) <= largestTile)
  const tries = [
    ...(isWholeTried ? [async () => checked(await run(input))] : []),
    ...sizes.map((size) => () => inGrid(usualGrid(...latents, size))),
  ]
  return withLessMemory(tries, () => context.sessions.moveToCpu(name))
}

/** One after the other while memory runs out, and then all of them again on the CPU. Throws 'out-of-memory'. */
async function withLessMemory(
  tries: (() => Promise<Planar>)[],
  moveToCpu: () => Promise<boolean>,
): Promise<Planar> {
  for (const [index, attempt] of tries.entries()) {
    try {
      return await attempt()
    } catch (error) {
      if (failureOf(error).code !== 'out-of-memory') throw error
      if (index === tries.length - 1 && !(await moveToCpu())) throw error
    }
  }
  return withLessMemory(tries, () => Promise.resolve(false))
}
