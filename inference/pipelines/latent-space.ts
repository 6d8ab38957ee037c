import { type Config, type ModelParts, numberIn } from '../model-parts.ts'
import type { FamilyLimits, LatentSpace } from './pipeline.ts'

/**
 * From the VAE's config.json. Folders without one (OnnxStack) get the family's usual numbers.
 *
 * @param patch latents per token of a transformer, each side
 */
export function latentSpaceOf(
  parts: ModelParts,
  usual: { channels: number; factor: number; scale: number; shift: number },
  patch = 1,
): LatentSpace {
  const config: Config = {
    ...parts.components.vae_encoder?.config,
    ...parts.components.vae_decoder?.config,
  }
  const blocks = config['block_out_channels']
  const factor = Array.isArray(blocks) ? 2 ** (blocks.length - 1) : usual.factor
  const declared = parts.components.vae_decoder?.shapes['latent_sample']?.[1]
  return {
    channels:
      numberIn(config, 'latent_channels') ?? (typeof declared === 'number' ? declared : usual.channels),
    factor,
    scale: numberIn(config, 'scaling_factor') ?? usual.scale,
    shift: numberIn(config, 'shift_factor') ?? (config['shift_factor'] === null ? 0 : usual.shift),
    sizeMultiple: factor * patch,
  }
}

/** a side of 64 pixels where the autoencoder shrinks by 8, as it nearly always does */
const leastLatents = 8

/** Sizes that the denoiser takes: what its config was trained at, or the one size of a graph with fixed axes. */
export function sizeLimits(
  parts: ModelParts,
  space: LatentSpace,
  usualSize: number,
): Pick<FamilyLimits, 'defaultWidth' | 'defaultHeight' | 'multiple' | 'minimum' | 'maximum' | 'onlySize'> {
  const denoiser = parts.components.unet ?? parts.components.transformer
  const shape = Object.values(denoiser?.shapes ?? {})[0] ?? []
  const [rows, columns] = shape.slice(-2)
  const fixed = shape.length >= 4 && typeof rows === 'number' && typeof columns === 'number'
  const trained = numberIn(denoiser?.config, 'sample_size')
  // `sample_size` of a transformer counts latents too, but Flux and Z-Image do not carry it.
  const side = trained === undefined ? usualSize : trained * space.factor
  return {
    defaultWidth: fixed ? columns * space.factor : side,
    defaultHeight: fixed ? rows * space.factor : side,
    multiple: exportedMultiple(parts, space),
    minimum: fixed
      ? Math.min(rows, columns) * space.factor
      : Math.min(side, Math.max(leastLatents * space.factor, exportedMultiple(parts, space))),
    maximum: fixed ? Math.max(rows, columns) * space.factor : Math.max(2048, side),
    ...(fixed ? { onlySize: { width: columns * space.factor, height: rows * space.factor } } : {}),
  }
}

/**
 * Exported UNets double every level on the way up, whatever it was on the way down: sides must halve without a rest
 * as often as there are levels. Graphs that are built here take every size that the autoencoder takes.
 */
function exportedMultiple({ path, components: { unet } }: ModelParts, space: LatentSpace): number {
  if (unet?.source.kind !== 'file' || !unet.source.path.startsWith(path)) return space.sizeMultiple
  const blocks = unet.config['block_out_channels']
  const usual = unet.inputs.includes('text_embeds') ? 3 : 4
  return space.factor * 2 ** ((Array.isArray(blocks) ? blocks.length : usual) - 1)
}

export function hasInput(parts: ModelParts, denoiser: 'unet' | 'transformer', input: string): boolean {
  return parts.components[denoiser]?.inputs.includes(input) ?? false
}

/** Channels that the denoiser takes. */
export function inputChannels(parts: ModelParts): number | undefined {
  const { unet } = parts.components
  const declared = unet?.shapes['sample']?.[1]
  return numberIn(unet?.config, 'in_channels') ?? (typeof declared === 'number' ? declared : undefined)
}

export const stableDiffusionScheduler: Config = {
  _class_name: 'PNDMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  num_train_timesteps: 1000,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
}
