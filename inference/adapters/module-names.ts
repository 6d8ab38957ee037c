import { blockPairs, outerPairs, resnetPairs, structureOfDiffusers } from '../checkpoints/ldm-unet-keys.ts'
import type { Component } from '../checkpoints/components.ts'
import type { WeightSource } from '../graph/weights.ts'
import { publishedPlaces } from './published-places.ts'

/** Where an adapter's module belongs: a network of the checkpoint, its layer, and which rows of a fused change. */
export type Place = { network: string; module: string; rows?: readonly [number, number] }

/** kohya writes every dot as an underscore, so all names are compared in that form. */
const underscored = (name: string): string => name.replaceAll('.', '_')

const denoiserPrefixes = [
  'unet.base_model.model.',
  'transformer.base_model.model.',
  'lora_unet_',
  'lora_transformer_',
  'lycoris_',
  'unet.',
  'transformer.',
  'model.diffusion_model.',
  'diffusion_model.',
  'base_model.model.',
]

/** Prefixes by network; a file of no prefix at all is taken for the denoiser's. */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  text_encoder: [
    'lora_te1_',
    'lora_te_',
    'text_encoder.base_model.model.',
    'text_encoder.',
    'text_encoders.clip_l.transformer.',
    'clip_l.transformer.',
    'clip_l.',
  ],
  text_encoder_2: [
    'lora_te2_',
    'text_encoder_2.base_model.model.',
    'text_encoder_2.',
    'text_encoders.clip_g.transformer.',
    'clip_g.transformer.',
    'clip_g.',
  ],
  text_encoder_3: ['lora_te3_', 'text_encoder_3.base_model.model.', 'text_encoder_3.'],
}

/** Other names of a UNet's layers: CompVis' and Stability's block numbering (kohya's for SDXL). */
function ldmAliases(weights: WeightSource): Map<string, string> {
  const aliases = new Map<string, string>()
  const inResnets = new Map(resnetPairs.map(([ldm, diffusers]) => [diffusers, ldm]))
  const pairs = [...outerPairs, ...blockPairs(structureOfDiffusers(weights))]
  const byModule = new Map(pairs.map(([ldm, diffusers]) => [diffusers, ldm]))
  for (const name of weights.keys()) {
    if (!name.endsWith('.weight')) continue
    const module = name.slice(0, -'.weight'.length)
    for (let end = module.length; end > 0; end = module.lastIndexOf('.', end - 1)) {
      const ldm = byModule.get(module.slice(0, end))
      if (ldm === undefined) continue
      const rest = module.slice(end + 1)
      const inner = module.includes('.resnets.') ? (inResnets.get(rest) ?? rest) : rest
      aliases.set(underscored(inner === '' ? ldm : `${ldm}.${inner}`), module)
      break
    }
  }
  return aliases
}

/** Rows of q, k and v in files that were trained on the fused projection. */
function fusedPlaces(weights: WeightSource, network: string): Map<string, Place[]> {
  const places = new Map<string, Place[]>()
  for (const name of weights.keys()) {
    const match = /^(.*)\.to_q\.weight$/.exec(name)
    const attention = match?.[1]
    if (attention === undefined) continue
    let start = 0
    places.set(
      underscored(`${attention}.qkv`),
      ['to_q', 'to_k', 'to_v'].map((part) => {
        const rows = weights.get(`${attention}.${part}.weight`)?.shape[0] ?? 0
        start += rows
        return { network, module: `${attention}.${part}`, rows: [start - rows, start] as const }
      }),
    )
  }
  return places
}

function modulesOf(network: string, { type, weights }: Component): Map<string, Place[]> {
  const places = network === 'transformer' ? fusedPlaces(weights, network) : new Map<string, Place[]>()
  const learn = (alias: string, module: string): void => {
    if (!places.has(alias)) places.set(alias, [{ network, module }])
  }
  for (const name of weights.keys()) {
    if (!name.endsWith('.weight')) continue
    const module = name.slice(0, -'.weight'.length)
    learn(underscored(module), module)
    // The projection out of attention is a list of one in diffusers, `to_out` or `out` elsewhere.
    if (module.endsWith('.to_out.0')) {
      learn(underscored(module.replace(/\.0$/, '')), module)
      learn(underscored(module.replace(/to_out\.0$/, 'out')), module)
    }
    // Early diffusers called the text models' attention as it calls its own.
    const projection = /^(.*\.self_attn)\.(q|k|v|out)_proj$/.exec(module)
    if (projection !== null) learn(underscored(`${projection[1]}.to_${projection[2]}`), module)
  }
  for (const [published, layers] of publishedPlaces(type, weights)) {
    const alias = underscored(published)
    if (!places.has(alias))
      places.set(
        alias,
        layers.map((layer) => ({ network, ...layer })),
      )
  }
  if (network === 'unet' || network === 'controlnet') {
    for (const [alias, module] of ldmAliases(weights)) learn(alias, module)
  }
  return places
}

/** Finds the layers that an adapter's module names mean in this checkpoint. */
export function moduleFinder(networks: ReadonlyMap<string, Component>): (name: string) => readonly Place[] {
  const denoiser = networks.has('unet') ? 'unet' : 'transformer'
  const tables = new Map<string, Map<string, Place[]>>()
  for (const [network, component] of networks) tables.set(network, modulesOf(network, component))

  function within(network: string, rest: string): readonly Place[] | undefined {
    // kohya's prefix and a leading `_` of Z-Image files give two underscores.
    const key = underscored(rest).replace(/^_+/, '')
    return tables.get(network)?.get(key) ?? tables.get(network)?.get(key.replace(/^text_model_/, ''))
  }

  return (name) => {
    const plain = name
      .replace('.processor.', '.')
      .replace(/^base_model\.model\.(?=unet|text_enc|transformer\.)/, '')
    for (const [network, list] of Object.entries(prefixes)) {
      const prefix = list.find((candidate) => plain.startsWith(candidate))
      if (prefix !== undefined) return within(network, plain.slice(prefix.length)) ?? []
    }
    const prefix = denoiserPrefixes.find((candidate) => plain.startsWith(candidate)) ?? ''
    const rest = plain.slice(prefix.length)
    // peft's names for a text model alone are those for a denoiser alone.
    return within(denoiser, rest) ?? within('text_encoder', rest) ?? []
  }
}
