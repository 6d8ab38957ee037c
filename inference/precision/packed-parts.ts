import { freemem } from 'node:os'
import { statfs } from 'node:fs/promises'

import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import type { ComponentName, ModelParts } from '../model-parts.ts'
import { trimCache } from './cache-folder.ts'
import { findPacked, packedGraph } from './precise-checkpoint.ts'

/** Bytes that all kept forms together may take unless somebody says otherwise; the longest unused go first. */
export const cacheLimit = 40 * 1024 ** 3

/** Above so many numbers packing takes more memory and disk than it will ever give back. */
const packable = 3e9

const denoisers = ['unet', 'transformer'] as const satisfies readonly ComponentName[]

function numbersOf(checkpoint: Checkpoint, name: string): number {
  const weights = [...(checkpoint.networks.get(name)?.weights.values() ?? [])]
  return weights.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0)
}

/** Only what is opened for every picture and fits: a text encoder runs once and is let go. */
function packables(checkpoint: Checkpoint): (typeof denoisers)[number][] {
  return denoisers.filter((name) => checkpoint.networks.has(name) && numbersOf(checkpoint, name) <= packable)
}

const graphOptions = (checkpoint: Checkpoint) => ({ controlnet: checkpoint.graphs.includes('controlnet') })

/**
 * The parts of a checkpoint without adapters, those networks that `prepareParts` has packed as ONNX Runtime keeps
 * them: opened by mapping a file, with hardly any memory of their own.
 */
export async function packedParts(
  parts: ModelParts,
  checkpoint: Checkpoint,
  cacheFolder: string,
): Promise<ModelParts> {
  const components = { ...parts.components }
  for (const name of packables(checkpoint)) {
    const component = components[name]
    if (component === undefined) continue
    const source = await findPacked(checkpoint, name, cacheFolder, graphOptions(checkpoint))
    if (source === undefined) continue
    components[name] = { ...component, source }
  }
  return { ...parts, components }
}

export type PrepareOptions = { cacheFolder: string; cacheLimit: number; threads: number }

/**
 * Packs what `packedParts` will look for, as far as memory and disk allow it now: twice the weights while it runs.
 * True when everything there is to pack is packed.
 */
export async function prepareParts(checkpoint: Checkpoint, options: PrepareOptions): Promise<boolean> {
  const { cacheFolder, threads } = options
  const keys: string[] = []
  let whole = true
  for (const name of packables(checkpoint)) {
    const bytes = numbersOf(checkpoint, name) * 4
    const disk = await statfs(cacheFolder)
    const room = Math.min(disk.bavail * disk.bsize * 0.5, options.cacheLimit)
    if (freemem() < bytes * 2 || room < bytes * 2) {
      whole = false
      continue
    }
    keys.push((await packedGraph(checkpoint, name, { cacheFolder, threads }, graphOptions(checkpoint))).key)
  }
  await trimCache(cacheFolder, options.cacheLimit, keys)
  return whole
}
