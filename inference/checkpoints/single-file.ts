import { SanggarError } from '../../contract/errors.ts'
import { below, countBelow, hasBelow, weightsOf, type Weight, type WeightSource } from '../graph/weights.ts'
import { withoutLastLayer } from './clip-keys.ts'
import { componentTypeOf, type Component } from './components.ts'
import {
  pipelineClass,
  schedulerConfig,
  vaeScaling,
  type Prediction,
  type UnetFamily,
} from './family-defaults.ts'
import { clipConfig, unetConfig, vaeConfig, type ComponentConfig } from './inferred-config.ts'
import { readTensor, type SafetensorsFile } from './safetensors.ts'
import { readTensorFile } from './tensor-file.ts'
import { openTransformerFile } from './transformer-single-file.ts'

/** A checkpoint taken apart: networks by the name of their folder (unet, vae, text_encoder …), and its settings. */
export type Opened = {
  family: string
  modelIndex: ComponentConfig
  networks: Map<string, Component>
  scheduler: ComponentConfig
}

const unetPrefixes = ['model.diffusion_model.', 'diffusion_model.', 'unet.']
const vaePrefixes = ['first_stage_model.', 'vae.']
const textPrefixes: Readonly<Record<string, readonly string[]>> = {
  text_encoder: [
    'cond_stage_model.transformer.',
    'cond_stage_model.model.',
    'conditioner.embedders.0.transformer.',
    'text_encoders.clip_l.transformer.',
  ],
  text_encoder_2: ['conditioner.embedders.1.model.', 'text_encoders.clip_g.transformer.'],
}

function partOf(weights: WeightSource, prefixes: readonly string[]): Map<string, Weight> | undefined {
  const prefix = prefixes.find((candidate) => hasBelow(weights, candidate))
  return prefix === undefined ? undefined : below(weights, prefix)
}

/**
 * The family by the names and shapes of the text side, unless somebody `said` another. Throws 'model-unsupported' where
 * the tensors are not those of what was said.
 */
function familyOf(unet: ComponentConfig, weights: WeightSource, path: string, said?: UnetFamily): UnetFamily {
  const found = foundFamily(unet, weights)
  if (said === undefined || said === found) return found
  if (said === 'sdxl' || found === 'sdxl') {
    throw new SanggarError({ code: 'model-unsupported', path, kind: 'safetensors', reason: `not ${said}` })
  }
  return said
}

function foundFamily(unet: ComponentConfig, weights: WeightSource): UnetFamily {
  if (unet['addition_embed_type'] !== null) return 'sdxl'
  if (hasBelow(weights, 'cond_stage_model.model.')) return 'sd2'
  return unet['use_linear_projection'] === true ? 'sd2' : 'sd1'
}

async function deviation(file: SafetensorsFile, name: string): Promise<number> {
  const { data } = await readTensor(file, name)
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
}

/**
 * What the network predicts is not in its shapes. SDXL files that predict v say so with an empty tensor `v_pred`
 * (`ztsnr`: down to zero signal). SD 2.x: the last attention norm of v models is known to spread wider.
 */
async function predictionOf(file: SafetensorsFile, family: UnetFamily): Promise<Prediction> {
  const stated = file.metadata['modelspec.prediction_type'] ?? file.metadata['modelspec.predict_key']
  if (file.tensors.has('v_pred') || stated === 'v') {
    return { type: 'v_prediction', zeroTerminalSnr: file.tensors.has('ztsnr') }
  }
  const norm = 'model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias'
  if (family === 'sd2' && stated === undefined && file.tensors.has(norm)) {
    if ((await deviation(file, norm)) > 0.09) return { type: 'v_prediction', zeroTerminalSnr: false }
  }
  return { type: 'epsilon', zeroTerminalSnr: false }
}

function textModels(weights: WeightSource, family: UnetFamily, path: string): Map<string, Component> {
  const result = new Map<string, Component>()
  for (const [name, prefixes] of Object.entries(textPrefixes)) {
    const found = partOf(weights, prefixes)
    if (found === undefined) continue
    const openClip =
      !found.has('embeddings.token_embedding.weight') && hasBelow(found, 'transformer.resblocks.')
    let canonical = componentTypeOf('CLIPTextModel', path).canonical(found)
    if (family === 'sd2') {
      canonical = withoutLastLayer(canonical, countBelow(canonical, 'encoder.layers.'))
      canonical.delete('text_projection.weight')
    }
    // SDXL's second encoder in a form that does not tell itself by its names.
    const exact = openClip || name === 'text_encoder_2'
    const type = canonical.has('text_projection.weight') ? 'CLIPTextModelWithProjection' : 'CLIPTextModel'
    result.set(name, { type, weights: canonical, config: clipConfig(canonical, exact), path })
  }
  return result
}

/** A UNet checkpoint in one file: CompVis', Stability's or diffusers' names, whole or the UNet alone. */
export async function openSingleFile(path: string, said?: UnetFamily): Promise<Opened> {
  const file = await readTensorFile(path)
  const weights = await weightsOf(file)
  const unet = partOf(weights, unetPrefixes) ?? weights
  if (!unet.has('input_blocks.0.0.weight') && !unet.has('conv_in.weight')) {
    return openTransformerFile(weights, path)
  }
  const type = 'UNet2DConditionModel'
  const canonical = componentTypeOf(type, path).canonical(unet)
  const inferred = unetConfig(canonical)
  const family = familyOf(inferred, weights, path, said)
  const networks = textModels(weights, family, path)
  networks.set('unet', { type, weights: canonical, config: withAddedSize(inferred, networks), path })
  const vae = partOf(weights, vaePrefixes)
  if (vae !== undefined) {
    const names = componentTypeOf('AutoencoderKL', path).canonical(vae)
    networks.set('vae', {
      type: 'AutoencoderKL',
      weights: names,
      config: { ...vaeConfig(names), shift_factor: null, ...vaeScaling[family] },
      path,
    })
  }
  const prediction = await predictionOf(file, family)
  const lcm = inferred['time_cond_proj_dim'] !== null
  return {
    family,
    modelIndex: {
      _class_name: lcm ? 'LatentConsistencyModelPipeline' : pipelineClass[family],
      ...(family === 'sdxl' ? { force_zeros_for_empty_prompt: true } : {}),
    },
    networks,
    scheduler: lcm
      ? { ...schedulerConfig(family, prediction), _class_name: 'LCMScheduler', original_inference_steps: 50 }
      : schedulerConfig(family, prediction),
  }
}

/** What is left of the added embedding's input after the pooled text is six sizes. */
function withAddedSize(config: ComponentConfig, networks: ReadonlyMap<string, Component>): ComponentConfig {
  const added = config['projection_class_embeddings_input_dim']
  const pooled = networks.get('text_encoder_2')?.config['projection_dim']
  if (typeof added !== 'number' || typeof pooled !== 'number') return config
  return { ...config, addition_time_embed_dim: (added - pooled) / 6 }
}
