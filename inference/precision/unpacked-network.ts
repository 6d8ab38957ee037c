import { join } from 'node:path'

import { blockFormats } from '../checkpoints/ggml-blocks.ts'
import type { Component } from '../checkpoints/components.ts'
import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { required, weightsOf, type Weight, type WeightSource } from '../graph/weights.ts'
import { isTable } from '../graph/weights-in-memory.ts'
import { cacheEntry, cacheKey, fileIdentity } from './cache-folder.ts'
import type { OnLayer } from './quantised-network.ts'
import { readWeight } from './read-weight.ts'
import { writeTensors, type PlannedTensor } from './tensor-writer.ts'

const fileName = 'unpacked.safetensors'
const formatVersion = 1

/** Fewer numbers may be unpacked where the session opens. */
const worthwhile = 1 << 24

const countOf = ({ shape }: Pick<Weight, 'shape'>): number =>
  shape.reduce((product, side) => product * side, 1)

/** What lies in ggml's blocks and is to run in float32. */
function packedNames(weights: WeightSource): string[] {
  return [...weights]
    .filter(([name, { dtype, quantised, winograd }]) => {
      const isExact = quantised === undefined && winograd === undefined
      return blockFormats[dtype] !== undefined && isExact && !isTable(name)
    })
    .map(([name]) => name)
}

export type UnpackingOptions = {
  /** file or folder of the model, and the network's name in it */
  model: string
  network: string
  cacheFolder: string
  onLayer?: OnLayer
  /** networks with fewer numbers stay as they are */
  smallest?: number
}

/**
 * The network with what lies in ggml's blocks as float32 in a file of its own, made once and kept. ONNX Runtime would
 * unpack as it opens the graph, with every step of that for all weights in memory at once: 24 bytes for each number, six
 * times what it is in the end (measured with 1.27). Here it is one tensor at a time.
 */
export async function unpackedNetwork(
  component: Component,
  { model, network, cacheFolder, onLayer, smallest = worthwhile }: UnpackingOptions,
): Promise<Component> {
  const { weights } = component
  const names = packedNames(weights)
  const packed = names.map((name) => required(weights, name))
  if (packed.reduce((sum, weight) => sum + countOf(weight), 0) < smallest) return component
  const identity = await fileIdentity(packed.map(({ path }) => path))
  const key = cacheKey([formatVersion, 'unpacked', identity, network, ...names])
  const planned = packed.map((weight, i): PlannedTensor => ({
    name: names[i] ?? '',
    dtype: 'F32',
    shape: weight.shape,
  }))
  async function* content(): AsyncGenerator<Uint8Array> {
    for (const [i, weight] of packed.entries()) {
      yield new Uint8Array((await readWeight(weight)).buffer)
      await onLayer?.(i + 1, packed.length)
    }
  }
  const { folder } = await cacheEntry(cacheFolder, key, { model, network, kind: 'weights' }, (partial) =>
    writeTensors(join(partial, fileName), planned, { format: 'sanggar-unpacked' }, content()),
  )
  const stored = await weightsOf(await readSafetensorsHeader(join(folder, fileName)))
  const unpacked = new Map(weights)
  for (const name of names) {
    const { deltas } = required(weights, name)
    unpacked.set(name, { ...required(stored, name), ...(deltas === undefined ? {} : { deltas }) })
  }
  return { ...component, weights: unpacked }
}
