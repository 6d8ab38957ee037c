import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { env } from 'onnxruntime-node'

import { SanggarError } from '../../contract/errors.ts'
import { withNetworks, type Checkpoint } from '../checkpoints/checkpoint.ts'
import type { Component, GraphOptions } from '../checkpoints/components.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import type { Weight } from '../graph/weights.ts'
import type { GraphSource } from '../session-source.ts'
import { cacheEntry, cacheKey, fileIdentity, findEntry, type About } from './cache-folder.ts'
import { fastestForm, needsMeasuring, tiledBudget, wantedForm, type Reduced } from './choose-form.ts'
import { cpuFeatures } from './cpu-features.ts'
import { formCosts, type FormCosts } from './form-costs.ts'
import { measureLayers, type LayerError } from './layer-errors.ts'
import { packedSource, writePacked, type Packing } from './packed-model.ts'
import {
  quantisableLayers,
  withQuantised,
  writeQuantised,
  type Form,
  type OnLayer,
  type QuantisedLayer,
} from './quantised-network.ts'
import { tiledLayers, withTiled, writeTiled } from './tiled-network.ts'

export type PrecisionOptions = {
  /** fast: weights and activations in 8 bits; balanced: wider where it matters; small: matrices in 4; see choose-form.ts */
  precision: Reduced
  /** the network that takes the time: unet or transformer */
  network: string
  /** where quantised and packed forms are kept */
  cacheFolder: string
  threads: number
  /** layers with fewer numbers stay exact */
  smallest?: number
  /** the network would not fit otherwise: no layer is made larger to be faster */
  forMemory?: boolean
  /** absent: what was measured on this machine */
  costs?: FormCosts
  /** may throw to end the work */
  onLayer?: OnLayer
}

export type Precise = {
  checkpoint: Checkpoint
  forms: Map<string, Form>
  errors: Map<string, LayerError>
  /** the quantised weights were made now, not found */
  made: boolean
}

const formatVersion = 3
const weightErrorsName = 'weight-errors.json'
const errorsName = 'errors.json'

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

/** Writes the weights, and how far each is from what it was. */
async function writeWeights(
  weights: Component['weights'],
  layers: readonly QuantisedLayer[],
  folder: string,
  { threads, onLayer }: Pick<PrecisionOptions, 'threads' | 'onLayer'>,
): Promise<void> {
  const { weightLimit } = await cpuFeatures()
  const writing = { limit: weightLimit, threads, onLayer }
  const errors = await writeQuantised(folder, layers, weights, writing)
  await writeFile(join(folder, weightErrorsName), JSON.stringify([...errors]))
}

async function readMap<Value>(path: string): Promise<Map<string, Value> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : new Map(JSON.parse(text) as [string, Value][])
}

/**
 * The error of every layer, measured once for an entry, with nothing but the checkpoint's own weights: adapters come on
 * top, exact. Where nothing depends on activations (see choose-form.ts) only the weights' own error is looked at.
 */
async function errorsOf(
  checkpoint: Checkpoint,
  layers: readonly QuantisedLayer[],
  folder: string,
  { network, precision, threads }: PrecisionOptions,
): Promise<Map<string, LayerError>> {
  const weightErrors = (await readMap<number>(join(folder, weightErrorsName))) ?? new Map<string, number>()
  if (!needsMeasuring(precision, network, layers)) {
    return new Map(
      layers.map(({ key }) => [key, { fast: Number.NaN, balanced: weightErrors.get(key) ?? Number.NaN }]),
    )
  }
  const path = join(folder, errorsName)
  const known = await readMap<LayerError>(path)
  if (known !== undefined) return known
  const { weights } = networkOf(checkpoint, network)
  const measuring = await withQuantised(weights, layers, folder, ({ bits }) =>
    bits === 4 ? 'small' : 'measure',
  )
  const graph = withWeights(checkpoint, network, measuring).graph(network)
  const errors = await measureLayers(graph, layers, weightErrors, threads)
  // Whole or not at all: another process may be reading.
  await writeFile(`${path}.${process.pid}`, JSON.stringify([...errors]), { flush: true })
  await rename(`${path}.${process.pid}`, path)
  return errors
}

/**
 * The checkpoint with its main network in 8 bits. What that takes (the weights, and the error of every layer) is
 * made once and kept; an adapter or another precision uses the same. Throws what opening and reading throw, and
 * 'disk-full'.
 */
export async function preciseCheckpoint(checkpoint: Checkpoint, options: PrecisionOptions): Promise<Precise> {
  const { network, precision, smallest } = options
  const component = networkOf(checkpoint, network)
  const layers = quantisableLayers(
    checkpoint.graph(network),
    component.weights,
    smallest,
    precision === 'small' ? 4 : 8,
  )
  const bits = layers.some((layer) => layer.bits === 4) ? 4 : 8
  const key = cacheKey([...(await baseKey(component)), network, smallest ?? '', bits])
  const about = { model: checkpoint.path, network, kind: 'weights' } as const
  const { folder, made } = await cacheEntry(options.cacheFolder, key, about, (partial) =>
    writeWeights(component.weights, layers, partial, options),
  )
  const errors = await errorsOf(checkpoint, layers, folder, options)
  const forms = await formsOf(layers, errors, options)
  const reduced = await withQuantised(
    component.weights,
    layers,
    folder,
    ({ key: layer }) => forms.get(layer) ?? 'exact',
  )
  const tiled = layers.filter((layer) => forms.get(layer.key) === 'tiled')
  const weights = await tiledWeights(reduced, tiled, key, about, options.cacheFolder)
  return { checkpoint: withWeights(checkpoint, network, weights), forms, errors, made }
}

async function formsOf(
  layers: readonly QuantisedLayer[],
  errors: ReadonlyMap<string, LayerError>,
  { precision, network, cacheFolder, threads, forMemory = false, ...options }: PrecisionOptions,
): Promise<Map<string, Form>> {
  const wanted = layers.map((layer): [QuantisedLayer, Form] => [
    layer,
    wantedForm(precision, network, layer, errors.get(layer.key)),
  ])
  if (network !== 'unet' || forMemory) return new Map(wanted.map(([{ key }, form]) => [key, form]))
  const costs = options.costs ?? (await formCosts(cacheFolder, threads))
  const tileable = new Set(tiledLayers(layers, tiledBudget[precision]))
  return new Map(
    wanted.map(([layer, form]) => [layer.key, fastestForm(form, layer.use.kind, costs, tileable.has(layer))]),
  )
}

/** The kernels of the layers that run by Winograd's tiles: made once, an entry beside that of the 8-bit weights. */
async function tiledWeights(
  weights: Map<string, Weight>,
  layers: readonly QuantisedLayer[],
  key: string,
  about: About,
  cacheFolder: string,
): Promise<Map<string, Weight>> {
  if (layers.length === 0) return weights
  const own = cacheKey([key, 'tiled', ...layers.map((layer) => layer.key)])
  const { folder } = await cacheEntry(cacheFolder, own, about, (partial) =>
    writeTiled(partial, layers, weights),
  )
  return withTiled(weights, layers, folder)
}

async function packedEntry(
  checkpoint: Checkpoint,
  name: string,
  options: GraphOptions,
): Promise<{ key: string; graph: BuiltGraph; packing: Packing }> {
  const graph = checkpoint.graph(name, options)
  const network = networkOf(checkpoint, checkpoint.networks.has(name) ? name : 'vae')
  const digest = createHash('sha256').update(graph.bytes).digest('hex')
  const isReduced = [...network.weights.values()].some(({ quantised }) => quantised !== undefined)
  const packing = isReduced ? 'inOrder' : 'asStored'
  return { key: cacheKey([...(await baseKey(network)), 'packed', packing, digest]), graph, packing }
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
): Promise<{ source: GraphSource; made: boolean; key: string }> {
  const { key, graph, packing } = await packedEntry(checkpoint, name, options)
  const about = { model: checkpoint.path, network: name, kind: 'packed' } as const
  const { folder, made } = await cacheEntry(cacheFolder, key, about, (partial) =>
    writePacked(graph, partial, { threads, packing }),
  )
  return { source: packedSource(folder, packing), made, key }
}

/** What `packedGraph` made before, or undefined. */
export async function findPacked(
  checkpoint: Checkpoint,
  name: string,
  cacheFolder: string,
  options: GraphOptions = {},
): Promise<GraphSource | undefined> {
  const { key, packing } = await packedEntry(checkpoint, name, options)
  const folder = await findEntry(cacheFolder, key)
  return folder === undefined ? undefined : packedSource(folder, packing)
}
