import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import type { ComponentName, ModelParts } from '../model-parts.ts'
import { trimCache } from './cache-folder.ts'
import { packedGraph } from './precise-checkpoint.ts'

/** Bytes that all kept forms together may take; the longest unused go first. */
export const cacheLimit = 40 * 1024 ** 3

/** Above so many numbers packing takes more memory than it will ever give back (twice the weights while it runs). */
const packable = 3e9

/**
 * The parts of a checkpoint without adapters, these networks of it as ONNX Runtime keeps them: made the first time
 * (some ten seconds and twice the weights' space), from then on opened by mapping a file, with hardly any memory of
 * their own.
 */
export async function packedParts(
  parts: ModelParts,
  checkpoint: Checkpoint,
  networks: readonly string[],
  { cacheFolder, threads }: { cacheFolder: string; threads: number },
): Promise<ModelParts> {
  const components = { ...parts.components }
  for (const name of networks as ComponentName[]) {
    const component = components[name]
    const weights = [...(checkpoint.networks.get(name)?.weights.values() ?? [])]
    const numbers = weights.reduce(
      (sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1),
      0,
    )
    // A text encoder runs once and is let go: not worth the space.
    if (component === undefined || name.startsWith('text_encoder') || numbers > packable) continue
    const controlnet = checkpoint.graphs.includes('controlnet')
    const { source } = await packedGraph(checkpoint, name, { cacheFolder, threads }, { controlnet })
    components[name] = { ...component, source }
  }
  await trimCache(cacheFolder, cacheLimit)
  return { ...parts, components }
}
