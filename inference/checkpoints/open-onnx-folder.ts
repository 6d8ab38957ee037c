import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { componentTypes, type Component } from './components.ts'
import { readJson } from './diffusers-folder.ts'
import type { Weight, WeightSource } from '../graph/weights.ts'
import { readOnnxWeights } from './onnx-weights.ts'
import type { Opened } from './single-file.ts'

/** Classes of folders that bring no config.json. */
const usualTypes: Readonly<Record<string, string>> = {
  unet: 'UNet2DConditionModel',
  text_encoder: 'CLIPTextModel',
  text_encoder_2: 'CLIPTextModelWithProjection',
}

const clipTable = 'embeddings.token_embedding.weight'

/** What shapes do not tell: SD 2.x and SDXL read with OpenCLIP, which is wider than CLIP and has another activation. */
function usualConfig(weights: WeightSource): Component['config'] {
  const width = weights.get('final_layer_norm.weight')?.shape[0] ?? 0
  return width > 768 ? { hidden_act: 'gelu' } : {}
}

const adaptable = ['unet', 'transformer', 'text_encoder', 'text_encoder_2', 'text_encoder_3', 'controlnet']

/**
 * The networks of an ONNX folder that adapters change, with their weights where they lie
 * ([Note: Weights inside ONNX files]). Networks of classes that nobody can build are left out.
 */
export async function openOnnxFolder(path: string): Promise<Opened> {
  const networks = new Map<string, Component>()
  for (const name of adaptable) {
    const file = join(path, name, 'model.onnx')
    if ((await stat(file).catch(() => undefined)) === undefined) continue
    const config = await readJson(join(path, name, 'config.json'))
    const own: unknown = config?.['_class_name'] ?? (config?.['architectures'] as unknown[] | undefined)?.[0]
    const type = typeof own === 'string' ? own : usualTypes[name]
    const known = type === undefined ? undefined : componentTypes[type]
    if (type === undefined || known === undefined) continue
    const weights = known.canonical(await readOnnxWeights(file))
    // Flux's second encoder is no CLIP.
    if (config === undefined && name.startsWith('text') && !weights.has(clipTable)) continue
    networks.set(name, { type, weights, config: config ?? usualConfig(weights), path: file })
  }
  return {
    family: '',
    modelIndex: (await readJson(join(path, 'model_index.json'))) ?? {},
    networks,
    scheduler: (await readJson(join(path, 'scheduler', 'scheduler_config.json'))) ?? {},
  }
}

/**
 * The autoencoder of an ONNX folder with its weights where they lie, so that it can be built in parts that run in
 * tiles; undefined where it is of another kind than Stable Diffusion's. Throws 'model-damaged'.
 */
export async function openOnnxAutoencoder(path: string): Promise<Component | undefined> {
  const type = 'AutoencoderKL'
  const weights = new Map<string, Weight>()
  let config: Component['config'] = {}
  for (const half of ['vae_encoder', 'vae_decoder']) {
    const file = join(path, half, 'model.onnx')
    if ((await stat(file).catch(() => undefined)) === undefined) continue
    config = { ...config, ...(await readJson(join(path, half, 'config.json'))) }
    if ((config['_class_name'] ?? type) !== type) return undefined
    for (const [name, weight] of await readOnnxWeights(file)) weights.set(name, weight)
  }
  return weights.size === 0 ? undefined : { type, weights, config, path }
}
