import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { env } from 'onnxruntime-node'

import { SanggarError } from '../../contract/errors.ts'
import { withNetworks, type Checkpoint } from '../checkpoints/checkpoint.ts'
import type { Component, GraphOptions } from '../checkpoints/components.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import type { GraphSource } from '../session-source.ts'
import { cacheEntry, cacheKey, fileIdentity } from './cache-folder.ts'
import { cpuFeatures } from './cpu-features.ts'
import { measureLayers, type LayerError } from './layer-errors.ts'
import { packedSource, writePacked } from './packed-model.ts'
import {
  quantisableLayers,
  withQuantised,
  writeQuantised,
  type Form,
  type QuantisedLayer,
} from './quantised-network.ts'

export type PrecisionOptions = {
  /** balanced: 8-bit weights, activations in effect in 16; fast: both in 8 */
  precision: 'balanced' | 'fast'
  /** the network that takes the time: unet or transformer */
  network: string
  /** where quantised and packed forms are kept */
  cacheFolder: string
  threads: number
  /** run the network once in all forms and let bad layers have the wider one */
  measure?: boolean
  /** layers with fewer numbers stay exact */
  smallest?: number
  onLayer?: (done: number, of: number) => void
}

export type Precise = {
  checkpoint: Checkpoint
  forms: Map<string, Form>
  errors: Map<string, LayerError>
  /** the quantised weights were made now, not found */
  made: boolean
}

/** A layer whose output is off by more than this gets the next wider form. */
const bearable = { fast: 0.06, balanced: 0.03 }
const formatVersion = 1
const errorsName = 'errors.json'

function chosenForm(precision: 'balanced' | 'fast', error: LayerError | undefined): Form {
  if (error === undefined) return precision
  // A layer that is as good in the cheaper form as others are in the dearer one has no need of the latter.
  if (precision === 'fast' && error.fast <= bearable.fast) return 'fast'
  return error.balanced <= bearable.balanced ? 'balanced' : 'exact'
}

async function baseKey(network: Component): Promise<(string | number)[]> {
  const { id } = await cpuFeatures()
  const files = await fileIdentity([...network.weights.values()].map(({ path }) => path))
  return [formatVersion, env.versions.node ?? '', id, files]
}

function networkOf(checkpoint: Checkpoint, name: string): Component {
  const found = checkpoint.networks.get(name)
  if (found !== undefined) return found
  throw new SanggarError({ code: 'model-folder-incomplete', path: checkpoint.path, missing: name })
}

function withWeights(checkpoint: Checkpoint, name: string, weights: Component['weights']): Checkpoint {
  const networks = new Map(checkpoint.networks)
  networks.set(name, { ...networkOf(checkpoint, name), weights })
  return withNetworks(checkpoint, networks)
}

/** Measured with nothing but the checkpoint's own weights: adapters come on top, exact. */
async function measured(
  checkpoint: Checkpoint,
  layers: readonly QuantisedLayer[],
  folder: string,
  options: PrecisionOptions,
): Promise<Map<string, LayerError>> {
  const weights = networkOf(checkpoint, options.network).weights
  const measuring = await withQuantised(weights, layers, folder, () => 'measure')
  const graph = withWeights(checkpoint, options.network, measuring).graph(options.network)
  return measureLayers(graph, layers, options.threads)
}

/**
 * The checkpoint with its main network in 8 bits. What that takes (the weights, and the error of every layer) is
 * made once and kept; an adapter or another precision uses the same. Throws what opening and reading throw, and
 * 'disk-full'.
 */
export async function preciseCheckpoint(checkpoint: Checkpoint, options: PrecisionOptions): Promise<Precise> {
  const { network, precision, smallest } = options
  const component = networkOf(checkpoint, network)
  const layers = quantisableLayers(checkpoint.graph(network), component.weights, smallest)
  const { exactBytes } = await cpuFeatures()
  const key = cacheKey([
    ...(await baseKey(component)),
    network,
    smallest ?? '',
    String(options.measure ?? false),
  ])
  const { folder, made } = await cacheEntry(options.cacheFolder, key, async (partial) => {
    await writeQuantised(partial, layers, component.weights, exactBytes ? 127 : 63, options.onLayer)
    const errors = options.measure === true ? await measured(checkpoint, layers, partial, options) : new Map()
    await writeFile(join(partial, errorsName), JSON.stringify([...errors]))
  })
  const errors = new Map(
    JSON.parse(await readFile(join(folder, errorsName), 'utf8')) as [string, LayerError][],
  )
  const forms = new Map(layers.map(({ key: layer }) => [layer, chosenForm(precision, errors.get(layer))]))
  const weights = await withQuantised(
    component.weights,
    layers,
    folder,
    ({ key: layer }) => forms.get(layer) ?? 'exact',
  )
  return { checkpoint: withWeights(checkpoint, network, weights), forms, errors, made }
}

/**
 * A graph of the checkpoint as ONNX Runtime would make it when opening, made once and kept. Any change of the graph
 * (precision, adapters) or of the files behind it is another entry.
 */
export async function packedGraph(
  checkpoint: Checkpoint,
  name: string,
  { cacheFolder, threads }: Pick<PrecisionOptions, 'cacheFolder' | 'threads'>,
  options: GraphOptions = {},
): Promise<{ source: GraphSource; made: boolean }> {
  const graph: BuiltGraph = checkpoint.graph(name, options)
  const network = networkOf(checkpoint, checkpoint.networks.has(name) ? name : 'vae')
  const digest = createHash('sha256').update(graph.bytes).digest('hex')
  const key = cacheKey([...(await baseKey(network)), 'packed', digest])
  const { folder, made } = await cacheEntry(cacheFolder, key, (partial) =>
    writePacked(graph, partial, threads),
  )
  return { source: packedSource(folder), made }
}
