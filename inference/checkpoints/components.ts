import { SanggarError } from '../../contract/errors.ts'
import {
  autoencoderStages,
  type Cut,
  type StagePart,
  type StagePlan,
  stageGraph,
} from '../graph/autoencoder-stages.ts'
import { vaeDecoderGraph, vaeEncoderGraph } from '../graph/autoencoder.ts'
import { clipTextGraph } from '../graph/clip-text.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { controlnetGraph } from '../graph/controlnet.ts'
import { tinyDecoderGraph, tinyEncoderGraph } from '../graph/tiny-autoencoder.ts'
import type { UnetOptions } from '../graph/unet-blocks.ts'
import { unetGraph } from '../graph/unet.ts'
import type { Weight, WeightSource } from '../graph/weights.ts'
import { canonicalClip } from './clip-keys.ts'
import { groupsFor, unetConfig, type ComponentConfig } from './inferred-config.ts'
import { fromLdmUnet } from './ldm-unet-keys.ts'
import { canonicalVae } from './ldm-vae-keys.ts'
import { transformerTypes } from './transformer-components.ts'

export type GraphOptions = {
  /** the UNet also takes a ControlNet's residuals */
  controlnet?: boolean
  /** learned vectors whose ids follow the vocabulary (textual inversion), in the order of their ids */
  extraEmbeddings?: readonly Weight[]
}

/** Everything that is known of one network of a checkpoint. */
export type Component = {
  /** diffusers' or transformers' class */
  type: string
  /** canonical names */
  weights: WeightSource
  config: ComponentConfig
  /** file or folder, for messages */
  path: string
}

type Half = 'encoder' | 'decoder'

/** How networks of one class are brought to canonical names and built; the key of `graphs` is the part's name. */
export type ComponentType = {
  canonical: (weights: WeightSource) => Map<string, Weight>
  /** [Note: An autoencoder in stages] */
  stages?: {
    plans: (component: Component, half: Half, cut: Cut) => StagePlan[]
    graph: (component: Component, half: Half, part: StagePart) => BuiltGraph
  }
  graphs: Readonly<Record<string, (component: Component, options: GraphOptions) => BuiltGraph>>
}

function numberOf(config: ComponentConfig, key: string, otherwise: number): number {
  const value = config[key]
  return typeof value === 'number' ? value : otherwise
}

/** In these configs `attention_head_dim` is the number of heads, one for all levels or one for each. */
function unetOptions(weights: WeightSource, config: ComponentConfig): UnetOptions {
  const inferred = unetConfig(weights)
  const widths = inferred['block_out_channels'] as number[]
  const heads =
    config['num_attention_heads'] ?? config['attention_head_dim'] ?? inferred['attention_head_dim']
  const size = config['addition_time_embed_dim']
  return {
    heads: Array.isArray(heads) ? (heads as number[]) : widths.map(() => heads as number),
    groups: numberOf(config, 'norm_num_groups', groupsFor(widths)),
    ...(typeof size === 'number' ? { additionTimeEmbedDim: size } : {}),
  }
}

function clipGraph({ weights, config, path }: Component, { extraEmbeddings = [] }: GraphOptions): BuiltGraph {
  const width = weights.get('final_layer_norm.weight')?.shape[0] ?? 64
  const heads = numberOf(config, 'num_attention_heads', width / 64)
  if (!Number.isInteger(heads)) {
    // Published encoders have heads of 64; nothing but the configuration tells other ones.
    throw new SanggarError({ code: 'model-folder-incomplete', path, missing: 'config.json' })
  }
  return clipTextGraph(
    weights,
    {
      heads,
      activation: config['hidden_act'] === 'gelu' ? 'gelu' : 'quick_gelu',
      epsilon: numberOf(config, 'layer_norm_eps', 1e-5),
      eosTokenId: numberOf(config, 'eos_token_id', 2),
      extraEmbeddings,
    },
    path,
  )
}

function canonicalUnet(weights: WeightSource): Map<string, Weight> {
  return weights.has('input_blocks.0.0.weight') ? fromLdmUnet(weights) : new Map(weights)
}

const clip: ComponentType = { canonical: canonicalClip, graphs: { '': clipGraph } }
const groups = ({ weights, config }: Component): { groups: number } => ({
  groups: numberOf(
    config,
    'norm_num_groups',
    groupsFor([weights.get('encoder.conv_in.weight')?.shape[0] ?? 32]),
  ),
})

/** Class -> how to build it. A new architecture is a line here. */
export const componentTypes: Readonly<Record<string, ComponentType>> = {
  ...transformerTypes,
  CLIPTextModel: clip,
  CLIPTextModelWithProjection: clip,
  UNet2DConditionModel: {
    canonical: canonicalUnet,
    graphs: {
      '': ({ weights, config, path }, { controlnet = false }) =>
        unetGraph(weights, { ...unetOptions(weights, config), controlnet }, path),
    },
  },
  ControlNetModel: {
    canonical: canonicalUnet,
    graphs: {
      '': ({ weights, config, path }) => controlnetGraph(weights, unetOptions(weights, config), path),
    },
  },
  AutoencoderKL: {
    canonical: canonicalVae,
    graphs: {
      encoder: (component) => vaeEncoderGraph(component.weights, groups(component), component.path),
      decoder: (component) => vaeDecoderGraph(component.weights, groups(component), component.path),
    },
    stages: {
      plans: (component, half, cut) =>
        autoencoderStages(component.weights, half, { ...groups(component), cut }),
      graph: (component, half, part) =>
        stageGraph(component.weights, half, { ...groups(component), ...part }, component.path),
    },
  },
  AutoencoderTiny: {
    canonical: (weights) => new Map(weights),
    graphs: {
      encoder: ({ weights, path }) => tinyEncoderGraph(weights, path),
      decoder: ({ weights, path }) => tinyDecoderGraph(weights, path),
    },
  },
}

export function componentTypeOf(type: string, path: string): ComponentType {
  const found = componentTypes[type]
  if (found !== undefined) return found
  throw new SanggarError({ code: 'model-unsupported', path, kind: type, reason: 'no graph builder' })
}
