import { join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { componentTypes, type Component } from './components.ts'
import { namesIn, readJson, weightFileIn, weightsIn } from './diffusers-folder.ts'
import { pipelineClass } from './family-defaults.ts'
import type { ComponentConfig } from './inferred-config.ts'
import type { Opened } from './single-file.ts'

const familyOfClass: readonly [RegExp, string][] = [
  [/StableDiffusionXL/, 'sdxl'],
  [/StableDiffusion3/, 'sd3'],
  [/ZImage/, 'zimage'],
  [/Flux/, 'flux'],
]

function familyOf(className: string, networks: ReadonlyMap<string, Component>): string {
  const named = familyOfClass.find(([pattern]) => pattern.test(className))
  if (named !== undefined) return named[1]
  return networks.get('unet')?.config['use_linear_projection'] === true ? 'sd2' : 'sd1'
}

/** Class of a component, as model_index.json names it ([library, class]) or its own config.json. */
function classOf(entry: unknown, config: ComponentConfig): string | undefined {
  const named: unknown = Array.isArray(entry) ? entry[1] : undefined
  if (typeof named === 'string') return named
  const own: unknown = config['_class_name'] ?? (config['architectures'] as unknown[] | undefined)?.[0]
  return typeof own === 'string' ? own : undefined
}

const incomplete = (path: string, missing: string): SanggarError =>
  new SanggarError({ code: 'model-folder-incomplete', path, missing })

const needed = /^(unet|transformer|vae|text_encoder(_[23])?)$/

/** Throws for networks that the index asks for and the folder has not, has as pickles, or of a class nobody builds. */
async function refuseIncomplete(
  path: string,
  index: ComponentConfig,
  networks: ReadonlyMap<string, Component>,
): Promise<void> {
  for (const [name, entry] of Object.entries(index)) {
    if (!needed.test(name) || networks.has(name) || !Array.isArray(entry) || entry[0] === null) continue
    const folder = join(path, name)
    if ((await weightFileIn(folder)) !== undefined) {
      const kind = classOf(entry, {}) ?? name
      throw new SanggarError({ code: 'model-unsupported', path: folder, kind, reason: 'family-unsupported' })
    }
    const pickle = (await namesIn(folder)).find((file) => /\.(bin|pt|pth|ckpt)$/.test(file))
    if (pickle === undefined) throw incomplete(path, name)
    throw new SanggarError({ code: 'pickle-refused', path: join(folder, pickle) })
  }
}

/** The pipeline of a folder whose index is away, by the class of its denoiser. */
function usualPipeline(networks: ReadonlyMap<string, Component>): string | undefined {
  const transformer = networks.get('transformer')
  if (transformer !== undefined) return pipelines[transformer.type]
  const unet = networks.get('unet')
  if (unet === undefined) return undefined
  if (unet.weights.has('time_embedding.cond_proj.weight')) return 'LatentConsistencyModelPipeline'
  return pipelineClass[unet.weights.has('add_embedding.linear_1.weight') ? 'sdxl' : 'sd1']
}

const pipelines: Readonly<Record<string, string>> = {
  ZImageTransformer2DModel: 'ZImagePipeline',
  FluxTransformer2DModel: 'FluxPipeline',
  SD3Transformer2DModel: 'StableDiffusion3Pipeline',
}

/** A folder as diffusers saves it: one folder for every network, .safetensors and config.json in each. */
export async function openDiffusersFolder(path: string): Promise<Opened> {
  const stated = await readJson(join(path, 'model_index.json'))
  const networks = new Map<string, Component>()
  for (const name of await namesIn(path)) {
    const folder = join(path, name)
    if ((await weightFileIn(folder)) === undefined) continue
    const config = (await readJson(join(folder, 'config.json'))) ?? {}
    const type = classOf(stated?.[name], config)
    if (type === undefined || componentTypes[type] === undefined) continue
    const weights = componentTypes[type].canonical(await weightsIn(folder))
    networks.set(name, { type, weights, config, path: folder })
  }
  await refuseIncomplete(path, stated ?? {}, networks)
  const className = stated === undefined ? usualPipeline(networks) : stated['_class_name']
  if (className === undefined) throw incomplete(path, 'model_index.json')
  const scheduler = await readJson(join(path, 'scheduler', 'scheduler_config.json'))
  return {
    family: familyOf(typeof className === 'string' ? className : '', networks),
    modelIndex: stated ?? { _class_name: className },
    networks,
    scheduler: scheduler ?? {},
  }
}
