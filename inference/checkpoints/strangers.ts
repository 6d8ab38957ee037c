import { contextWidth } from '../graph/unet.ts'
import { indivisible } from '../graph/weights.ts'
import type { Component } from './components.ts'
import { damaged } from './file-bytes.ts'
import { shapeText } from './number-format.ts'

type Networks = ReadonlyMap<string, Component>

/** What text encoders give, and what the denoiser reads of them; undefined where nothing tells it. */
type Meeting = { given: number | undefined; read: number | undefined }

/** What a denoiser has to do with its neighbours. */
type Ties = { texts: Meeting[]; made: number | undefined }

function sideOf(component: Component | undefined, tensor: string, side: number): number | undefined {
  return component?.weights.get(tensor)?.shape[side]
}

/** Width of an encoder's hidden states: CLIP's, T5's, Qwen3's. */
function widthOf(encoder: Component | undefined): number | undefined {
  return (
    sideOf(encoder, 'final_layer_norm.weight', 0) ??
    sideOf(encoder, 'encoder.final_layer_norm.weight', 0) ??
    sideOf(encoder, 'embed_tokens.weight', 1)
  )
}

/** Width of the one vector that CLIP gives for a whole text. */
function pooledOf(encoder: Component | undefined): number | undefined {
  return sideOf(encoder, 'text_projection.weight', 0) ?? widthOf(encoder)
}

/** What stands side by side; unknown where one is not there. */
function together(widths: readonly (number | undefined)[]): number | undefined {
  return widths.reduce<number | undefined>(
    (sum, width) => (sum === undefined || width === undefined ? undefined : sum + width),
    0,
  )
}

/** Channels of the latents, of which the last layer writes so many places at once. */
function channelsOf(denoiser: Component, layer: string, places: number): number | undefined {
  const weight = denoiser.weights.get(layer)
  if (weight === undefined) return undefined
  const channels = (weight.shape[0] ?? 0) / places
  if (!Number.isInteger(channels)) throw indivisible(weight, layer, places)
  return channels
}

const pooling = 'time_text_embed.text_embedder.linear_1.weight'

const tiesOf: Readonly<Record<string, (denoiser: Component, networks: Networks) => Ties>> = {
  UNet2DConditionModel: (unet, networks) => {
    const names = unet.weights.has('add_embedding.linear_1.weight')
      ? ['text_encoder', 'text_encoder_2']
      : ['text_encoder']
    const given = together(names.map((name) => widthOf(networks.get(name))))
    return {
      texts: [{ given, read: contextWidth(unet.weights) }],
      made: channelsOf(unet, 'conv_out.weight', 1),
    }
  },
  FluxTransformer2DModel: (transformer, networks) => ({
    texts: [
      {
        given: widthOf(networks.get('text_encoder_2')),
        read: sideOf(transformer, 'context_embedder.weight', 1),
      },
      { given: pooledOf(networks.get('text_encoder')), read: sideOf(transformer, pooling, 1) },
    ],
    made: channelsOf(transformer, 'proj_out.weight', 4),
  }),
  SD3Transformer2DModel: (transformer, networks) => ({
    texts: [
      {
        given: widthOf(networks.get('text_encoder_3')),
        read: sideOf(transformer, 'context_embedder.weight', 1),
      },
      {
        given: together(['text_encoder', 'text_encoder_2'].map((name) => pooledOf(networks.get(name)))),
        read: sideOf(transformer, pooling, 1),
      },
    ],
    made: channelsOf(
      transformer,
      'proj_out.weight',
      (sideOf(transformer, 'pos_embed.proj.weight', 2) ?? 2) ** 2,
    ),
  }),
  ZImageTransformer2DModel: (transformer, networks) => ({
    texts: [
      {
        given: widthOf(networks.get('text_encoder')),
        read: sideOf(transformer, 'cap_embedder.1.weight', 1),
      },
    ],
    made: channelsOf(transformer, 'all_final_layer.2-1.linear.weight', 4),
  }),
}

/** SDXL's UNet reads the pooled text and six sizes in one. */
function refuseOtherPooling(networks: Networks, path: string): void {
  const unet = networks.get('unet')
  const read = unet?.weights.get('add_embedding.linear_1.weight')?.shape
  const pooled = sideOf(networks.get('text_encoder_2'), 'text_projection.weight', 0)
  const size = unet?.config['addition_time_embed_dim']
  if (read === undefined || pooled === undefined || typeof size !== 'number') return
  const wanted = pooled + 6 * size
  if (read[1] === wanted && Number.isInteger(size)) return
  const facts = { tensor: 'add_embedding.linear_1.weight', found: shapeText(read) }
  throw damaged(path, 'tensor-shape', { ...facts, wanted: shapeText([undefined, Math.round(wanted)]) })
}

/** Throws 'model-damaged' for parts of different models: what one gives, the other cannot take. */
export function refuseStrangers(networks: Networks, path: string): void {
  refuseOtherPooling(networks, path)
  const denoiser = networks.get('unet') ?? networks.get('transformer')
  const ties = denoiser === undefined ? undefined : tiesOf[denoiser.type]?.(denoiser, networks)
  if (ties === undefined) return
  for (const { given, read } of ties.texts) {
    if (given !== undefined && read !== undefined && given !== read) {
      throw damaged(path, 'text-width', { given, wanted: read })
    }
  }
  const { made } = ties
  const vae = networks.get('vae')
  // What the configuration says the pictures begin with; what the network in truth reads.
  for (const decoded of [vae?.config['latent_channels'], sideOf(vae, 'decoder.conv_in.weight', 1)]) {
    if (typeof decoded === 'number' && made !== undefined && made !== decoded) {
      throw damaged(path, 'latent-channels', { given: made, wanted: decoded })
    }
  }
}
