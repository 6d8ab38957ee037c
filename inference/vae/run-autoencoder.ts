import { SanggarError } from '../../contract/errors.ts'
import { needComponent } from '../model-parts.ts'
import { checkFinite, checkOutput } from '../pipelines/output-check.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import { fixedSides, gridFor, usualGrid } from './autoencoder-memory.ts'
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
  const [answered] = session.outputs
  if (first === undefined || answered === undefined) throw new Error('a graph without inputs or outputs')
  const output = answered.name
  const run = async (tile: Planar): Promise<Planar> => {
    await context.pause()
    const shape = [1, tile.channels, tile.height, tile.width]
    const answer = (await session.run({ [first.name]: { data: tile.data, shape } }, [output]))[output]
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
  const inGrid = async (grid: Grid): Promise<Planar> => {
    context.note(
      name === 'vae_decoder' ? 'decoded-in-tiles' : 'encoded-in-tiles',
      `${grid.rows.starts.length}x${grid.columns.starts.length}`,
    )
    return checked(await inTiles(input, grid, ratio, run))
  }

  const component = needComponent(context.sessions.parts, name)
  const latents = [input.height / ratio.input, input.width / ratio.input] as const
  const grid = gridFor(
    component,
    latents,
    Math.max(ratio.input, ratio.output),
    fixedSides(component, first.name, ratio.input),
    context.sessions.options.memoryCeiling ?? 0,
  )
  if (grid !== undefined) return inGrid(grid)
  try {
    return checked(await run(input))
  } catch (error) {
    const isMemory = error instanceof SanggarError && error.failure.code === 'out-of-memory'
    if (!isMemory) throw error
    return inGrid(usualGrid(...latents))
  }
}
