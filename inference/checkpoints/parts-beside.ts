import { basename, dirname, join } from 'node:path'

import type { Component } from './components.ts'
import { componentTypes } from './components.ts'
import { namesIn, readJson, weightFileIn, weightsIn } from './diffusers-folder.ts'
import type { ComponentConfig } from './inferred-config.ts'

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

/** The networks beside a file, less those that it holds itself. */
export async function networksBeside(
  file: string,
  held: ReadonlyMap<string, Component>,
): Promise<Map<string, Component>> {
  const home = homeOf(file)
  const networks = new Map<string, Component>()
  for (const name of await partsBeside(file)) {
    // A denoiser beside a denoiser is another model.
    if (held.has(name) || !networkName.test(name) || name === 'unet' || name === 'transformer') continue
    const folder = join(home, name)
    const config = (await readJson(join(folder, 'config.json'))) ?? {}
    const type = config['_class_name'] ?? (config['architectures'] as unknown[] | undefined)?.[0]
    if (typeof type !== 'string') continue
    const known = componentTypes[type]
    if (known === undefined) continue
    networks.set(name, { type, weights: known.canonical(await weightsIn(folder)), config, path: folder })
  }
  return networks
}
