import { fluxGraph } from '../graph/flux.ts'
import { qwen3Graph } from '../graph/qwen3.ts'
import { sd3Graph } from '../graph/sd3.ts'
import { t5Graph } from '../graph/t5.ts'
import { required } from '../graph/weights.ts'
import { zImageGraph } from '../graph/z-image.ts'
import type { Component, ComponentType } from './components.ts'
import type { ComponentConfig } from './inferred-config.ts'
import { fromLlama } from './llama-keys.ts'
import { canonicalFlux, canonicalQwen3, canonicalSd3, canonicalZImage } from './transformer-keys.ts'

function numberOf(config: ComponentConfig, key: string, otherwise: number): number {
  const value = config[key]
  return typeof value === 'number' ? value : otherwise
}

/** Published models divide a head's 128 channels so; a config may say otherwise. */
function axesOf(config: ComponentConfig, key: string, published: readonly number[]): readonly number[] {
  const value = config[key]
  return Array.isArray(value) && value.every((size) => typeof size === 'number') ? value : published
}

/** transformers 5 writes `rope_parameters`, older versions `rope_theta`. */
function thetaOf(config: ComponentConfig): number {
  const parameters = config['rope_parameters']
  const nested = typeof parameters === 'object' && parameters !== null ? (parameters as ComponentConfig) : {}
  return numberOf(config, 'rope_theta', numberOf(nested, 'rope_theta', 1_000_000))
}

/** SD 3's heads are 64 wide; norms of queries, where there are some, tell it by their size. */
function sd3Heads({ weights, config }: Component): number {
  const [width = 0] = required(weights, 'pos_embed.proj.weight').shape
  const size = weights.get('transformer_blocks.0.attn.norm_q.weight')?.shape[0] ?? 64
  return numberOf(config, 'num_attention_heads', width / size)
}

const t5: ComponentType = {
  canonical: fromLlama,
  graphs: {
    '': ({ weights, config, path }) =>
      t5Graph(
        weights,
        {
          epsilon: numberOf(config, 'layer_norm_epsilon', 1e-6),
          maximumDistance: numberOf(config, 'relative_attention_max_distance', 128),
        },
        path,
      ),
  },
}

const qwen3: ComponentType = {
  canonical: (weights) => canonicalQwen3(fromLlama(weights)),
  graphs: {
    '': ({ weights, config, path }) =>
      qwen3Graph(weights, { theta: thetaOf(config), epsilon: numberOf(config, 'rms_norm_eps', 1e-6) }, path),
  },
}

/** Transformers and their text encoders: class -> how to build it. */
export const transformerTypes: Readonly<Record<string, ComponentType>> = {
  T5EncoderModel: t5,
  T5Model: t5,
  Qwen3Model: qwen3,
  Qwen3ForCausalLM: qwen3,
  ZImageTransformer2DModel: {
    canonical: canonicalZImage,
    graphs: {
      '': ({ weights, config, path }) =>
        zImageGraph(
          weights,
          {
            axes: axesOf(config, 'axes_dims', [32, 48, 48]),
            theta: numberOf(config, 'rope_theta', 256),
            epsilon: numberOf(config, 'norm_eps', 1e-5),
            timeScale: numberOf(config, 't_scale', 1000),
          },
          path,
        ),
    },
  },
  FluxTransformer2DModel: {
    canonical: canonicalFlux,
    graphs: {
      '': ({ weights, config, path }) =>
        fluxGraph(weights, { axes: axesOf(config, 'axes_dims_rope', [16, 56, 56]), theta: 10_000 }, path),
    },
  },
  SD3Transformer2DModel: {
    canonical: canonicalSd3,
    graphs: {
      '': (component) => sd3Graph(component.weights, { heads: sd3Heads(component) }, component.path),
    },
  },
}
