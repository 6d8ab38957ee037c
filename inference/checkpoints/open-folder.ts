import { join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { componentTypes, type Component } from './components.ts'
import { namesIn, readJson, weightFileIn, weightsIn } from './diffusers-folder.ts'
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

/** A folder as diffusers saves it: one folder for every network, .safetensors and config.json in each. */
export async function openDiffusersFolder(path: string): Promise<Opened> {
  const modelIndex = await readJson(join(path, 'model_index.json'))
  if (modelIndex === undefined) {
    throw new SanggarError({ code: 'model-folder-incomplete', path, missing: 'model_index.json' })
  }
  const networks = new Map<string, Component>()
  for (const name of await namesIn(path)) {
    const folder = join(path, name)
    if ((await weightFileIn(folder)) === undefined) continue
    const config = (await readJson(join(folder, 'config.json'))) ?? {}
    const type = classOf(modelIndex[name], config)
    if (type === undefined || componentTypes[type] === undefined) continue
    const weights = componentTypes[type].canonical(await weightsIn(folder))
    networks.set(name, { type, weights, config, path: folder })
  }
  const stated = modelIndex['_class_name']
  const className = typeof stated === 'string' ? stated : ''
  return {
    family: familyOf(className, networks),
    modelIndex,
    networks,
    scheduler: (await readJson(join(path, 'scheduler', 'scheduler_config.json'))) ?? {},
  }
}
