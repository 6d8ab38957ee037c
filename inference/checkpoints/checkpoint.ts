import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { SanggarError } from '../../contract/errors.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { hasBelow } from '../graph/weights.ts'
import { componentTypeOf, type Component, type GraphOptions } from './components.ts'
import { namesIn, readJson, snapshotIn, weightFileIn } from './diffusers-folder.ts'
import type { ComponentConfig } from './inferred-config.ts'
import type { UnetFamily } from './family-defaults.ts'
import { openDiffusersFolder } from './open-folder.ts'
import { openOnnxFolder } from './open-onnx-folder.ts'
import { homeOf, networksBeside } from './parts-beside.ts'
import { openSingleFile, type Opened } from './single-file.ts'
import { refuseStrangers } from './strangers.ts'

export type TokenizerPlace = {
  folder: string
  /** overrules the folder's pad token */
  padToken?: string
}

/**
 * A model of .safetensors, opened: everything that a pipeline reads from a diffusers folder, whether it came as one
 * file or as a folder. Only headers have been read.
 */
export type Checkpoint = {
  /** the file or folder */
  path: string
  /** sd1, sd2, sdxl, sd3, flux, zimage */
  family: string
  /** model_index.json, or what it would say; `_class_name` is the pipeline's class */
  modelIndex: ComponentConfig
  /** config.json by folder name (unet, vae, text_encoder …), and scheduler_config.json as `scheduler` */
  configs: Readonly<Record<string, ComponentConfig>>
  /** tokenizer, tokenizer_2 … -> where it is */
  tokenizers: Readonly<Record<string, TokenizerPlace>>
  networks: ReadonlyMap<string, Component>
  /** names that `graph` accepts: text_encoder, unet, vae_encoder, vae_decoder … (optimum's) */
  graphs: readonly string[]
  /** Builds one network's graph; inputs and outputs have optimum's names. */
  graph(name: string, options?: GraphOptions): BuiltGraph
}

export type OpenOptions = {
  /**
   * A diffusers or ONNX folder of the same architecture: its configurations, scheduler and tokenizers stand in for
   * what a single file does not hold. Without it, a folder beside the file with the file's name is taken.
   */
  companion?: string
  /** of a single file, where somebody knows better than its tensors tell */
  family?: UnetFamily
}

/** In the repository and from out/main two folders up; in a package one more, beside the archive. */
const bundledTokenizer =
  ['../../', '../../../']
    .map((up) => fileURLToPath(new URL(`${up}resources/tokenizers/clip`, import.meta.url)))
    .find((place) => existsSync(place)) ?? ''
const clipRows = 49_408

function graphNames({ networks }: Opened): Map<string, { component: Component; part: string }> {
  const names = new Map<string, { component: Component; part: string }>()
  for (const [name, component] of networks) {
    for (const part of Object.keys(componentTypeOf(component.type, component.path).graphs)) {
      // Autoencoders are also published by halves.
      if (part !== '' && !hasBelow(component.weights, `${part}.`)) continue
      names.set(part === '' ? name : `${name}_${part}`, { component, part })
    }
  }
  return names
}

async function tokenizersIn(folder: string): Promise<Record<string, TokenizerPlace>> {
  const names = (await namesIn(folder)).filter((name) => /^tokenizer(_\d)?$/.test(name))
  return Object.fromEntries(names.map((name) => [name, { folder: join(folder, name) }]))
}

/** The public CLIP vocabulary serves every text model whose table has its size. */
function bundledTokenizers({ family, networks }: Opened): Record<string, TokenizerPlace> {
  const places: Record<string, TokenizerPlace> = {}
  for (const [name, { weights }] of networks) {
    if (weights.get('embeddings.token_embedding.weight')?.shape[0] !== clipRows) continue
    // SD 2.x and SDXL's second tokenizer pad with `!`.
    const bang = family === 'sd2' || name === 'text_encoder_2'
    places[name.replace('text_encoder', 'tokenizer')] = {
      folder: bundledTokenizer,
      ...(bang ? { padToken: '!' } : {}),
    }
  }
  return places
}

/** What the companion says of the same networks counts more than what was guessed from the tensors. */
async function withCompanion(opened: Opened, folder: string): Promise<Opened> {
  const networks = new Map<string, Component>()
  for (const [name, component] of opened.networks) {
    const places = name === 'vae' ? ['vae', 'vae_decoder'] : [name]
    let config = component.config
    for (const place of places)
      config = { ...config, ...(await readJson(join(folder, place, 'config.json'))) }
    networks.set(name, { ...component, config })
  }
  const scheduler = await readJson(join(folder, 'scheduler', 'scheduler_config.json'))
  const modelIndex = await readJson(join(folder, 'model_index.json'))
  return {
    ...opened,
    networks,
    scheduler: scheduler ?? opened.scheduler,
    modelIndex: modelIndex ?? opened.modelIndex,
  }
}

/** The same checkpoint with other networks: adapted ones, another autoencoder. */
export function withNetworks(checkpoint: Checkpoint, networks: ReadonlyMap<string, Component>): Checkpoint {
  const { path, family, modelIndex, configs, tokenizers } = checkpoint
  const opened = { family, modelIndex, networks: new Map(networks), scheduler: configs['scheduler'] ?? {} }
  return assemble(path, opened, tokenizers)
}

function assemble(path: string, opened: Opened, tokenizers: Checkpoint['tokenizers']): Checkpoint {
  const graphs = graphNames(opened)
  const configs: Record<string, ComponentConfig> = { scheduler: opened.scheduler }
  for (const [name, { config }] of opened.networks) configs[name] = config
  return {
    path,
    family: opened.family,
    modelIndex: opened.modelIndex,
    configs,
    tokenizers,
    networks: opened.networks,
    graphs: [...graphs.keys()],
    graph(name, options = {}) {
      const found = graphs.get(name)
      if (found === undefined) {
        throw new SanggarError({ code: 'model-folder-incomplete', path, missing: name })
      }
      const build = componentTypeOf(found.component.type, path).graphs[found.part]
      if (build === undefined) throw new Error(`no graph ${found.part} of ${found.component.type}`)
      return build(found.component, options)
    },
  }
}

/**
 * Throws 'model-folder-incomplete' for a checkpoint that lacks what nobody can add to it before it draws, with all that
 * it lacks. Another autoencoder may still come with the adapters.
 */
export function refusePartial({ path, family, networks, configs }: Checkpoint): void {
  const texts = family === 'sdxl' ? ['text_encoder', 'text_encoder_2'] : ['text_encoder']
  const absent = texts.filter((name) => !networks.has(name))
  const missing = absent.length > 0 && !networks.has('vae') ? [...absent, 'vae'] : absent
  if (!networks.has('unet') && !networks.has('transformer')) missing.unshift('unet')
  if (configs['scheduler']?.['_class_name'] === undefined) missing.push('scheduler/scheduler_config.json')
  if (missing.length === 0) return
  throw new SanggarError({ code: 'model-folder-incomplete', path, missing: missing.join(', ') })
}

/** The networks of an ONNX folder, to be built anew with adapters. Throws as `openOnnxFolder`. */
export async function openOnnxCheckpoint(path: string): Promise<Checkpoint> {
  return assemble(path, await openOnnxFolder(path), await tokenizersIn(path))
}

/** A single file; what it lacks may lie beside it. */
async function fromFile(path: string, family?: UnetFamily): Promise<Opened> {
  const opened = await openSingleFile(path, family)
  for (const [name, network] of await networksBeside(path, opened.networks, opened.family))
    opened.networks.set(name, network)
  return opened
}

/** A folder with nothing but a file (or shards) of a whole model stands for that file. */
async function looseFileIn(folder: string): Promise<string> {
  const names = await namesIn(folder)
  if (['model_index.json', 'unet', 'transformer'].some((name) => names.includes(name))) return folder
  return (await weightFileIn(folder)) ?? folder
}

/**
 * Opens a .safetensors checkpoint: one file in CompVis', Stability's or diffusers' names, or a diffusers folder.
 * Throws 'path-not-found', 'model-damaged', 'model-folder-incomplete', 'model-unsupported'.
 */
export async function openCheckpoint(
  place: string,
  { companion: given, family }: OpenOptions = {},
): Promise<Checkpoint> {
  const stats = await stat(place).catch((cause: unknown) => {
    throw new SanggarError({ code: 'path-not-found', path: place }, { cause })
  })
  const path = stats.isDirectory() ? await looseFileIn(await snapshotIn(place)) : place
  const isFolder = (await stat(path)).isDirectory()
  const beside = path.replace(/\.(safetensors|gguf|safetensors\.index\.json)$/i, '')
  const companion = given ?? (beside !== path && (await namesIn(beside)).length > 0 ? beside : undefined)
  const own = isFolder ? await openDiffusersFolder(path) : await fromFile(path, family)
  const opened = companion === undefined ? own : await withCompanion(own, companion)
  refuseStrangers(opened.networks, path)
  const tokenizers = {
    ...bundledTokenizers(opened),
    ...(companion === undefined ? {} : await tokenizersIn(companion)),
    ...(await tokenizersIn(isFolder ? path : homeOf(path))),
  }
  return assemble(path, opened, tokenizers)
}
