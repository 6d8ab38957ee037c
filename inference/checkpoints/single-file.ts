import { SanggarError } from '../../contract/errors.ts'
import { below, countBelow, hasBelow, weightsOf, type WeightSource } from '../graph/weights.ts'
import { bundledPrefix } from './bundled-prefixes.ts'
import { withoutLastLayer } from './clip-keys.ts'
import { componentTypeOf, type Component } from './components.ts'
import { refuseQuantised } from './diffusers-folder.ts'
import {
  pipelineClass,
  schedulerConfig,
  vaeScaling,
  type Prediction,
  type UnetFamily,
} from './family-defaults.ts'
import { clipConfig, unetConfig, vaeConfig, type ComponentConfig } from './inferred-config.ts'
import { recogniseDenoiser } from './probe-table.ts'
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
async function predictionOf(file: SafetensorsFile, family: UnetFamily, prefix: string): Promise<Prediction> {
  const { metadata } = file
  const stated = metadata['modelspec.prediction_type'] ?? metadata['modelspec.predict_key']
  const isV =
    /^v([-_ ]?pred(iction)?)?$/i.test(stated ?? '') || /^true$/i.test(metadata['ss_v_parameterization'] ?? '')
  if (file.tensors.has('v_pred') || isV) {
    return { type: 'v_prediction', zeroTerminalSnr: file.tensors.has('ztsnr') }
  }
  const norm = prefix + 'output_blocks.11.1.transformer_blocks.0.norm1.bias'
  if (family === 'sd2' && stated === undefined && file.tensors.has(norm)) {
    if ((await deviation(file, norm)) > 0.09) return { type: 'v_prediction', zeroTerminalSnr: false }
  }
  return { type: 'epsilon', zeroTerminalSnr: false }
}

function textModels(weights: WeightSource, family: UnetFamily, path: string): Map<string, Component> {
  const result = new Map<string, Component>()
  for (const name of ['text_encoder', 'text_encoder_2']) {
    const prefix = bundledPrefix(name, weights.keys())
    const found = prefix === undefined ? undefined : below(weights, prefix)
    if (found === undefined) continue
    const openClip =
      !found.has('embeddings.token_embedding.weight') && hasBelow(found, 'transformer.resblocks.')
    let canonical = componentTypeOf('CLIPTextModel', path).canonical(found)
    // Under diffusers' name it is what a folder holds.
    if (family === 'sd2' && prefix !== 'text_encoder.') {
      canonical = withoutLastLayer(canonical, countBelow(canonical, 'encoder.layers.'))
      canonical.delete('text_projection.weight')
    }
    // OpenCLIP's models in a form that does not tell itself by its names.
    const exact = openClip || name === 'text_encoder_2' || family === 'sd2'
    const type = canonical.has('text_projection.weight') ? 'CLIPTextModelWithProjection' : 'CLIPTextModel'
    result.set(name, { type, weights: canonical, config: clipConfig(canonical, exact), path })
  }
  return result
}

/** A UNet checkpoint in one file: CompVis', Stability's or diffusers' names, whole or the UNet alone. */
export async function openSingleFile(path: string, said?: UnetFamily): Promise<Opened> {
  const file = await readTensorFile(path)
  refuseQuantised(file.tensors, path)
  const weights = await weightsOf(file)
  const found = recogniseDenoiser(weights)
  const unet = below(weights, found?.prefix ?? '')
  if (found === undefined || (!unet.has('input_blocks.0.0.weight') && !unet.has('conv_in.weight'))) {
    return openTransformerFile(weights, path)
  }
  const { detail, obstacle } = found.finding
  if (obstacle !== undefined) {
    throw new SanggarError({ code: 'model-unsupported', path, kind: detail, reason: obstacle })
  }
  const type = 'UNet2DConditionModel'
  const canonical = componentTypeOf(type, path).canonical(unet)
  const inferred = unetConfig(canonical)
  const family = familyOf(inferred, weights, path, said)
  const networks = textModels(weights, family, path)
  networks.set('unet', { type, weights: canonical, config: withAddedSize(inferred, networks), path })
  const vaePrefix = bundledPrefix('vae', weights.keys())
  if (vaePrefix !== undefined) {
    const names = componentTypeOf('AutoencoderKL', path).canonical(below(weights, vaePrefix))
    networks.set('vae', {
      type: 'AutoencoderKL',
      weights: names,
      config: { ...vaeConfig(names), shift_factor: null, ...vaeScaling[family] },
      path,
    })
  }
  const prediction = await predictionOf(file, family, found.prefix)
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
