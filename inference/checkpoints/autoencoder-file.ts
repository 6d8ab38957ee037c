import { SanggarError } from '../../contract/errors.ts'
import { below, hasBelow, renamed, weightsOf, type Weight, type WeightSource } from '../graph/weights.ts'
import { componentTypeOf, type Component } from './components.ts'
import { vaeConfig, type ComponentConfig } from './inferred-config.ts'
import { readSafetensorsHeader } from './safetensors.ts'

/** TAESD as its author publishes it: `1.weight`, `3.conv.0.weight` …, encoder and decoder in files of their own. */
function tinyNames(weights: WeightSource): Map<string, Weight> | undefined {
  if (hasBelow(weights, 'decoder.layers.') || hasBelow(weights, 'encoder.layers.')) return new Map(weights)
  for (const side of ['taesd_decoder.', 'taesd_encoder.', 'decoder.', 'encoder.', '']) {
    const inner = below(weights, side)
    const numbers = [...inner.keys()].filter((name) => /^\d+\.(conv\.\d+\.)?weight$/.test(name))
    if (numbers.length === 0) continue
    // The decoder begins with latents and ends with three colours, the encoder the other way round.
    const first = Math.min(...numbers.map((name) => Number(name.split('.', 1)[0])))
    const colours = inner.get(`${first}.weight`)?.shape[1]
    const half = colours === 3 ? 'encoder' : 'decoder'
    const named = renamed(inner, (name) => `${half}.layers.${name}`)
    const other = side.includes('decoder')
      ? side.replace('decoder', 'encoder')
      : side.replace('encoder', 'decoder')
    if (other !== side) {
      for (const [name, weight] of below(weights, other)) {
        named.set(`${half === 'decoder' ? 'encoder' : 'decoder'}.layers.${name}`, weight)
      }
    }
    return named
  }
  return undefined
}

/** Channels of the latents: the decoder's first convolution reads them, the encoder's last one writes them. */
function tinyChannels(weights: WeightSource): number | undefined {
  const outer = (half: string): (readonly number[])[] =>
    [...weights]
      .flatMap(([name, { shape }]) => {
        const layer = new RegExp(`^${half}\\.layers\\.(\\d+)\\.weight$`).exec(name)?.[1]
        return layer === undefined ? [] : [{ layer: Number(layer), shape }]
      })
      .toSorted((a, b) => a.layer - b.layer)
      .map(({ shape }) => shape)
  return outer('decoder')[0]?.[1] ?? outer('encoder').at(-1)?.[0]
}

/**
 * A stand-alone autoencoder: AutoencoderKL in ldm's or diffusers' names, or TAESD. What scale its latents have is
 * not in the file: pass the `config` of the model it is to serve; TAESD's latents are as the denoiser sees them.
 * Throws 'model-unsupported' when the file is neither.
 */
export async function openAutoencoder(path: string, config: ComponentConfig = {}): Promise<Component> {
  const all = await weightsOf(await readSafetensorsHeader(path))
  const prefix = ['first_stage_model.', 'vae.'].find((candidate) => hasBelow(all, candidate)) ?? ''
  const weights = below(all, prefix)
  if (weights.has('decoder.conv_in.weight')) {
    const canonical = componentTypeOf('AutoencoderKL', path).canonical(weights)
    const scaling = {
      scaling_factor: config['scaling_factor'] ?? 0.18215,
      shift_factor: config['shift_factor'] ?? null,
    }
    return {
      type: 'AutoencoderKL',
      weights: canonical,
      config: { ...vaeConfig(canonical), ...scaling },
      path,
    }
  }
  const tiny = tinyNames(weights)
  if (tiny !== undefined) {
    const channels = tinyChannels(tiny)
    const latents = channels === undefined ? {} : { latent_channels: channels }
    const scaling = { scaling_factor: 1, shift_factor: 0, ...latents }
    return { type: 'AutoencoderTiny', weights: tiny, config: scaling, path }
  }
  throw new SanggarError({
    code: 'model-unsupported',
    path,
    kind: 'vae',
    reason: 'neither AutoencoderKL nor TAESD',
  })
}
