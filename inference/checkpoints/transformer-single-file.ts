import { join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { below, hasBelow, type Weight, type WeightSource } from '../graph/weights.ts'
import { bundledPrefix } from './bundled-prefixes.ts'
import { componentTypeOf, type Component } from './components.ts'
import { readJson } from './diffusers-folder.ts'
import { latentsOf } from './family-defaults.ts'
import { clipConfig, textClass, vaeConfig, type ComponentConfig } from './inferred-config.ts'
import { configBeside, homeOf } from './parts-beside.ts'
import { recogniseDenoiser, recogniseTensors } from './probe-table.ts'
import type { Opened } from './single-file.ts'

type Family = {
  /** as Checkpoint names it */
  name: string
  pipeline: string
  transformer: string
  /** scaling of the latents, as the family's folders publish it */
  latents: { scaling_factor: number; shift_factor: number }
  scheduler: ComponentConfig
}

const flow = { _class_name: 'FlowMatchEulerDiscreteScheduler', num_train_timesteps: 1000 }
const fluxShift = {
  use_dynamic_shifting: true,
  base_shift: 0.5,
  max_shift: 1.15,
  base_image_seq_len: 256,
  max_image_seq_len: 4096,
}

/** What a single file leaves unsaid, as the folders of the same families publish it. */
const families: Readonly<Record<string, Family>> = {
  'z-image': {
    name: 'zimage',
    pipeline: 'ZImagePipeline',
    transformer: 'ZImageTransformer2DModel',
    latents: latentsOf.zimage,
    scheduler: { ...flow, shift: 3, use_dynamic_shifting: false },
  },
  flux1: {
    name: 'flux',
    pipeline: 'FluxPipeline',
    transformer: 'FluxTransformer2DModel',
    latents: latentsOf.flux,
    scheduler: { ...flow, shift: 3, ...fluxShift },
  },
  sd3: {
    name: 'sd3',
    pipeline: 'StableDiffusion3Pipeline',
    transformer: 'SD3Transformer2DModel',
    latents: latentsOf.sd3,
    scheduler: { ...flow, shift: 3 },
  },
}

function textEncoders(weights: WeightSource, family: Family, path: string): Map<string, Component> {
  const networks = new Map<string, Component>()
  for (const place of ['text_encoder', 'text_encoder_2', 'text_encoder_3']) {
    const prefix = bundledPrefix(place, weights.keys())
    if (prefix === undefined) continue
    const own = below(weights, prefix)
    const type = textClass(own)
    const canonical = componentTypeOf(type, path).canonical(own)
    // ComfyUI names encoders by their kind: T5 is the third of SD 3 and the second of Flux.
    const name = type === 'T5EncoderModel' && family.name === 'flux' ? 'text_encoder_2' : place
    const config = type.startsWith('CLIP') ? clipConfig(canonical, place === 'text_encoder_2') : {}
    networks.set(name, { type, weights: canonical, config, path })
  }
  return networks
}

function autoencoder(weights: WeightSource, family: Family, path: string): Component | undefined {
  const prefix = bundledPrefix('vae', weights.keys())
  if (prefix === undefined) return undefined
  const type = 'AutoencoderKL'
  const canonical: Map<string, Weight> = componentTypeOf(type, path).canonical(below(weights, prefix))
  return { type, weights: canonical, config: { ...vaeConfig(canonical), ...family.latents }, path }
}

/** Schnell has no guidance embedding and was distilled for an unshifted schedule. */
function schedulerOf(family: Family, transformer: WeightSource): ComponentConfig {
  const schnell = family.name === 'flux' && !hasBelow(transformer, 'time_text_embed.guidance_embedder.')
  return schnell ? { ...flow, shift: 1, use_dynamic_shifting: false } : family.scheduler
}

/**
 * A diffusion transformer in one file, with whatever else it holds: Z-Image, FLUX.1, SD 3, under published or diffusers'
 * names. Throws 'model-unsupported' for others.
 */
export async function openTransformerFile(weights: WeightSource, path: string): Promise<Opened> {
  const found = recogniseDenoiser(weights)
  const family = found === undefined ? undefined : families[found.finding.family]
  if (found === undefined || family === undefined || found.finding.obstacle !== undefined) {
    const finding = found?.finding ?? recogniseTensors(weights, {})
    const { kind, detail, obstacle = kind === 'pipeline' ? 'family-unsupported' : 'part-only' } = finding
    throw new SanggarError({ code: 'model-unsupported', path, kind: detail, reason: obstacle })
  }
  const type = family.transformer
  const transformer = componentTypeOf(type, path).canonical(below(weights, found.prefix))
  const networks = textEncoders(weights, family, path)
  networks.set('transformer', { type, weights: transformer, config: await configBeside(path), path })
  const vae = autoencoder(weights, family, path)
  if (vae !== undefined) networks.set('vae', vae)
  const scheduler = await readJson(join(homeOf(path), 'scheduler', 'scheduler_config.json'))
  return {
    family: family.name,
    modelIndex: { _class_name: family.pipeline },
    networks,
    scheduler: scheduler ?? schedulerOf(family, transformer),
  }
}
