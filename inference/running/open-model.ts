import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SanggarError, failureOf } from '../../contract/errors.ts'
import type { ModelOverride } from '../../contract/model.ts'
import { adaptedParts } from '../adapters/sort-adapters.ts'
import {
  type Checkpoint,
  openCheckpoint,
  openOnnxCheckpoint,
  refusePartial,
} from '../checkpoints/checkpoint.ts'
import { addControls, listens } from '../controls/add-controls.ts'
import { autoencoderStagesOf, modelPartsOf } from '../checkpoints/model-parts-of.ts'
import { openOnnxAutoencoder } from '../checkpoints/open-onnx-folder.ts'
import { readModelFolder } from '../model-folder.ts'
import { type Config, type ModelParts, componentNames } from '../model-parts.ts'
import { packedParts } from '../precision/packed-parts.ts'
import { fittingCheckpoint, type Fitting, type FittingOptions } from '../precision/fitting-checkpoint.ts'

/** Files that change a model while it runs, and the strength of each, asked for on every call. */
export type Extras = {
  adapters: readonly string[]
  /** ControlNets besides the model's own */
  controls?: readonly string[]
  scales: () => readonly number[]
  onNote: NoteListener
  /** how exact the networks of a checkpoint are to be; absent: exact */
  fitting?: FittingOptions
}
type NoteListener = (note: { code: string; detail: string }) => void

/**
 * A model by its path: a folder of ONNX graphs, a diffusers folder or a single file of safetensors.
 * Throws 'model-not-found', 'model-folder-incomplete', 'model-damaged', 'model-unsupported', and with adapters
 * 'adapter-mismatch' and 'capability-missing', with ControlNets 'control-mismatch'.
 */
export async function openModel(
  path: string,
  extras?: Extras,
  said: ModelOverride = {},
): Promise<ModelParts> {
  const controls = extras?.controls ?? []
  const alone = await opened(path, extras, said)
  const parts = controls.length === 0 ? alone : await addControls(alone, controls)
  const { prediction } = said
  return prediction === undefined ? parts : { ...parts, scheduler: predicting(parts.scheduler, prediction) }
}

/** A schedule for what somebody says that the network predicts. */
function predicting(
  scheduler: ModelParts['scheduler'],
  said: NonNullable<ModelOverride['prediction']>,
): Config {
  const zero = said === 'v-zero-snr'
  return {
    ...scheduler,
    prediction_type: said === 'epsilon' ? 'epsilon' : 'v_prediction',
    rescale_betas_zero_snr: zero,
    // Down to zero signal only makes sense where sampling begins at the very end.
    ...(zero ? { timestep_spacing: 'trailing' } : {}),
  }
}

/** A checkpoint with what somebody says of it. Throws as `openCheckpoint`. */
export function openSaid(path: string, { companion, family }: ModelOverride): Promise<Checkpoint> {
  return openCheckpoint(path, {
    ...(companion === undefined ? {} : { companion }),
    ...(family === undefined ? {} : { family }),
  })
}

async function opened(path: string, extras: Extras | undefined, said: ModelOverride): Promise<ModelParts> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new SanggarError({ code: 'model-not-found', model: path })
  const adapted = extras !== undefined && extras.adapters.length > 0
  const controlled = isControlled(extras)
  if (found.isDirectory() && (await isOnnxFolder(path))) {
    const folder = await inStageableParts(await readModelFolder(path))
    if (adapted) return withAdapters(folder, extras)
    return controlled && !listens(folder) ? withListeningUnet(folder) : folder
  }
  const own = await openSaid(path, said)
  refusePartial(own)
  const { checkpoint } = await fitted(own, extras)
  if (adapted) return adaptedBy(checkpoint, extras)
  const parts = modelPartsOf(checkpoint, { controlled })
  // What is packed does not listen.
  return extras?.fitting === undefined || controlled
    ? parts
    : packedParts(parts, checkpoint, extras.fitting.cacheFolder)
}

async function fitted(checkpoint: Checkpoint, extras: Extras | undefined): Promise<Fitting> {
  if (extras?.fitting === undefined) return { checkpoint, forms: {} }
  const { checkpoint: fitting, forms } = await fittingCheckpoint(checkpoint, extras.fitting)
  for (const [network, form] of Object.entries(forms)) {
    extras.onNote({ code: 'eight-bit', detail: `${network} ${form}` })
  }
  return { checkpoint: fitting, forms }
}

const isControlled = (extras: Extras | undefined): boolean => (extras?.controls ?? []).length > 0

async function adaptedBy(checkpoint: Checkpoint, extras: Extras): Promise<ModelParts> {
  const { adapters, scales, onNote } = extras
  const { parts, left } = await adaptedParts(checkpoint, adapters, scales, isControlled(extras))
  for (const [file, count] of left) {
    onNote({ code: 'adapter-partial', detail: `${basename(file)} ${count}` })
  }
  return parts
}

/** An ONNX folder whose autoencoder can also be run in stages around its own weights, where it is of the usual kind. */
async function inStageableParts(folder: ModelParts): Promise<ModelParts> {
  try {
    return { ...folder, autoencoderStages: autoencoderStagesOf(await openOnnxAutoencoder(folder.path)) }
  } catch (error) {
    // A graph whose weights cannot be read by us runs as it is; if it is really damaged its session says so.
    if (failureOf(error).code !== 'model-damaged') throw error
    return folder
  }
}

/**
 * An ONNX folder whose UNet does not listen to ControlNets: with the one beside it that does (OnnxStack), or built
 * anew around its own weights.
 */
async function withListeningUnet(folder: ModelParts): Promise<ModelParts> {
  const { path, listeningUnet } = folder
  if (listeningUnet !== undefined) {
    return { ...folder, components: { ...folder.components, unet: listeningUnet } }
  }
  try {
    const { unet } = modelPartsOf(await openOnnxCheckpoint(path), { controlled: true }).components
    // Its graph is built when first asked for: that it can be is known before the job begins.
    if (unet !== undefined && unet.inputs.length > 0) {
      return { ...folder, components: { ...folder.components, unet } }
    }
  } catch (cause) {
    throw new SanggarError({ code: 'capability-missing', model: path, capability: 'controls' }, { cause })
  }
  throw new SanggarError({ code: 'capability-missing', model: path, capability: 'controls' })
}

/**
 * An ONNX folder whose denoiser and text encoders are built anew around its own weights, so that adapters can change
 * them; the rest stays as it is. Throws 'capability-missing' where the graphs are of a kind that cannot be rebuilt.
 */
async function withAdapters(folder: ModelParts, extras: Extras): Promise<ModelParts> {
  const { path } = folder
  const checkpoint = await openOnnxCheckpoint(path)
  if (!checkpoint.networks.has('unet') && !checkpoint.networks.has('transformer')) {
    // Without its configuration nobody knows how the denoiser is built: that is no fault of the adapter's.
    throw new SanggarError({ code: 'capability-missing', model: path, capability: 'adapters' })
  }
  const parts = await adaptedBy(checkpoint, extras)
  try {
    // Graphs are built when first asked for: that they can be is known before the job begins.
    for (const component of Object.values(parts.components)) void component.inputs
  } catch (cause) {
    throw new SanggarError({ code: 'capability-missing', model: path, capability: 'adapters' }, { cause })
  }
  return {
    ...folder,
    components: { ...folder.components, ...parts.components },
    // Another autoencoder may be among the adapters.
    autoencoderStages: { ...folder.autoencoderStages, ...parts.autoencoderStages },
    tokenizers: { ...folder.tokenizers, ...parts.tokenizers },
  }
}

async function isOnnxFolder(path: string): Promise<boolean> {
  const graphs = componentNames.map((name) => stat(join(path, name, 'model.onnx')).catch(() => undefined))
  if ((await Promise.all(graphs)).some((file) => file !== undefined)) return true
  return false
}
