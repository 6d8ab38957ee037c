import { basename, dirname, join } from 'node:path'

import type { WeightSource } from '../graph/weights.ts'
import type { Component } from './components.ts'
import { componentTypes } from './components.ts'
import { namesIn, readJson, weightFileIn, weightsIn } from './diffusers-folder.ts'
import { latentsOf } from './family-defaults.ts'
import { clipConfig, textClass, vaeConfig, type ComponentConfig } from './inferred-config.ts'
import { fromLlama } from './llama-keys.ts'

const networkName = /^(unet|transformer|vae|text_encoder(_[23])?)$/

/**
 * Where the other parts of a single file may lie, in folders of diffusers' names: beside it, or, when it lies in
 * such a folder itself, beside that.
 */
export function homeOf(file: string): string {
  const folder = dirname(file)
  return networkName.test(basename(folder)) ? dirname(folder) : folder
}

/** Names of the folders beside a file that hold a network or a tokenizer. */
export async function partsBeside(file: string): Promise<string[]> {
  const home = homeOf(file)
  const found: string[] = []
  for (const name of await namesIn(home)) {
    const folder = join(home, name)
    if (/^tokenizer(_[23])?$/.test(name) && (await namesIn(folder)).length > 0) found.push(name)
    if (networkName.test(name) && folder !== dirname(file) && (await weightFileIn(folder)) !== undefined) {
      found.push(name)
    }
  }
  return found
}

/** config.json in the file's own folder, where that is a network's. */
export async function configBeside(file: string): Promise<ComponentConfig> {
  const folder = dirname(file)
  if (homeOf(file) === folder) return {}
  return (await readJson(join(folder, 'config.json'))) ?? {}
}

/** What the configuration of a part would say that lies there without one, as programs keep them that need none. */
function configOf(name: string, type: string, weights: WeightSource, family: string): ComponentConfig {
  if (name === 'vae') {
    const latents = Object.entries(latentsOf).find(([one]) => one === family)?.[1]
    return { ...vaeConfig(weights), ...latents }
  }
  // The larger one of SDXL and SD 3 is OpenCLIP's.
  return type.startsWith('CLIP') ? clipConfig(weights, name === 'text_encoder_2' || family === 'sd2') : {}
}

/** The networks beside a file, less those that it holds itself. */
export async function networksBeside(
  file: string,
  held: ReadonlyMap<string, Component>,
  family: string,
): Promise<Map<string, Component>> {
  const home = homeOf(file)
  const networks = new Map<string, Component>()
  for (const name of await partsBeside(file)) {
    // A denoiser beside a denoiser is another model.
    if (held.has(name) || !networkName.test(name) || name === 'unet' || name === 'transformer') continue
    const folder = join(home, name)
    const config = (await readJson(join(folder, 'config.json'))) ?? {}
    const stored = fromLlama(await weightsIn(folder))
    const stated = config['_class_name'] ?? (config['architectures'] as unknown[] | undefined)?.[0]
    const type = typeof stated === 'string' ? stated : name === 'vae' ? 'AutoencoderKL' : textClass(stored)
    const known = componentTypes[type]
    if (known === undefined) continue
    const weights = known.canonical(stored)
    const guessed = typeof stated === 'string' ? {} : configOf(name, type, weights, family)
    networks.set(name, { type, weights, config: { ...guessed, ...config }, path: folder })
  }
  return networks
}
