import { join } from 'node:path'

import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { required, weightsOf, type Weight, type WeightSource } from '../graph/weights.ts'
import { transformedKernels } from '../graph/winograd-matrices.ts'
import type { QuantisedLayer } from './quantised-network.ts'
import { readWeight } from './read-weight.ts'
import { writeTensors, type PlannedTensor } from './tensor-writer.ts'

const fileName = 'tiled.safetensors'

/** Numbers that stand for each of a kernel's 9 when it runs by tiles are four: 36 in float32. */
export const tiledBytes = ({ outputs, inputs }: Pick<QuantisedLayer, 'outputs' | 'inputs'>): number =>
  (outputs * inputs * 36 * 4) / 9

/** How often a network of `levels` levels halves the picture before this module; a UNet's names say it. */
function halvings(module: string, levels: number): number {
  const [, way, level, part] = /^(down|up)_blocks\.(\d+)\.(\w+)/.exec(module) ?? []
  if (way === 'down') return Number(level)
  if (way === 'up') return levels - 1 - Number(level) - (part === 'upsamplers' ? 1 : 0)
  return levels
}

/**
 * The convolutions that are to run by Winograd's tiles: those on the largest pictures first, where a kernel is used most
 * often, until their kernels take `budget` bytes.
 */
export function tiledLayers(layers: readonly QuantisedLayer[], budget: number): QuantisedLayer[] {
  const levels = Math.max(
    0,
    ...layers.map(({ key }) => Number(/^down_blocks\.(\d+)/.exec(key)?.[1] ?? -1) + 1),
  )
  const candidates = layers
    .filter(({ use }) => use.tiled === true)
    .sort((a, b) => halvings(a.key, levels) - halvings(b.key, levels) || tiledBytes(a) - tiledBytes(b))
  let left = budget
  return candidates.filter((layer) => {
    const bytes = tiledBytes(layer)
    if (bytes > left) return false
    left -= bytes
    return true
  })
}

/** Writes the kernels of these layers as Winograd's filtering multiplies them, one at a time, into `folder`. */
export async function writeTiled(
  folder: string,
  layers: readonly QuantisedLayer[],
  weights: WeightSource,
): Promise<void> {
  const planned = layers.map(({ key, outputs, inputs }): PlannedTensor => ({
    name: key,
    dtype: 'F32',
    shape: [36, outputs, inputs / 9],
  }))
  async function* content(): AsyncGenerator<Uint8Array> {
    for (const { use } of layers) {
      const kernel = await readWeight(required(weights, `${use.module}.weight`))
      yield new Uint8Array(transformedKernels(kernel).buffer)
    }
  }
  await writeTensors(join(folder, fileName), planned, { format: 'sanggar-tiled' }, content())
}

/** The same weights, those layers carrying what `writeTiled` wrote. */
export async function withTiled(
  weights: WeightSource,
  layers: readonly QuantisedLayer[],
  folder: string,
): Promise<Map<string, Weight>> {
  const stored = await weightsOf(await readSafetensorsHeader(join(folder, fileName)))
  const result = new Map(weights)
  for (const { key, use } of layers) {
    const name = `${use.module}.weight`
    result.set(name, { ...required(result, name), winograd: required(stored, key) })
  }
  return result
}
