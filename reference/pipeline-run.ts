import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readSafetensorsHeader, readTensor } from '../inference/checkpoints/safetensors.ts'
import { maskPlane } from '../inference/images/mask.ts'
import { floorSize } from '../inference/images/placement.ts'
import { toSigned, toUnit } from '../inference/images/planes.ts'
import { resize } from '../inference/images/resample.ts'
import type { ModelParts } from '../inference/model-parts.ts'
import { unpacked } from '../inference/pipelines/packing.ts'
import type { Family, PictureRequest } from '../inference/pipelines/pipeline.ts'
import { type Tensor, itemOf } from '../inference/tensor.ts'
import { readPicture } from './pictures.ts'
import { NotCompared } from './result.ts'
import { usualArguments } from './usual-arguments.ts'

type Arguments = Record<string, unknown>

/** One stored run: <run>.json with <run>.safetensors and its pictures. */
export type StoredRun = {
  id: string
  folder: string
  /** of one torch.Generator for all of the run's noise, where it was drawn so */
  seed?: string
  args: Arguments
  /** its `image` is what a ControlNet follows, and nothing to start from */
  isFollowed: boolean
  imageArgs: Record<string, string | string[]>
  scheduler: Record<string, unknown>
  tensors: Record<string, Tensor>
  /** largest change of latents and image when every guided output is off by 1e-6 of itself */
  conditioning: { latents: number; image: number }
}

async function readRecord(path: string): Promise<Record<string, unknown> | undefined> {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  return json['args'] === undefined || json['scheduler_config'] === undefined ? undefined : json
}

/** Whether the JSON file describes a run; others lie beside them. */
export async function isRun(path: string): Promise<boolean> {
  return (await readRecord(path)) !== undefined
}

/** Undefined for JSON files that are no run. Throws for tensors that are not there. */
export async function readRun(path: string): Promise<StoredRun | undefined> {
  const json = await readRecord(path)
  if (json === undefined) return undefined
  const file = await readSafetensorsHeader(path.replace(/\.json$/, '.safetensors'))
  const tensors: Record<string, Tensor> = {}
  for (const name of file.tensors.keys()) {
    const { data, shape } = await readTensor(file, name)
    tensors[name] = { data, shape }
  }
  const pipelineClass = typeof json['pipeline_class'] === 'string' ? json['pipeline_class'] : ''
  const stats = (json['stats'] ?? {}) as Record<string, unknown>
  return {
    id: String(json['id']),
    folder: dirname(path),
    ...(typeof json['seed'] === 'string' ? { seed: json['seed'] } : {}),
    args: { ...usualArguments(pipelineClass), ...(json['args'] as Arguments) },
    isFollowed: isFollowed(pipelineClass, json),
    imageArgs: (json['image_args'] ?? {}) as Record<string, string | string[]>,
    scheduler: { ...(json['scheduler_config'] as object), _class_name: json['scheduler_class'] },
    tensors,
    conditioning: {
      latents: Number(stats['perturb_1e6_final_latents_max_abs_change'] ?? 0),
      image: Number(stats['perturb_1e6_image_max_abs_change'] ?? 0),
    },
  }
}

/** ControlNet pipelines call the picture to follow `image`, unless they start from another one. */
function isFollowed(pipelineClass: string, { args, image_args: images }: Record<string, unknown>): boolean {
  const given = args as Arguments
  const controls =
    pipelineClass.includes('ControlNet') || given['controlnet_conditioning_scale'] !== undefined
  return (
    controls &&
    given['strength'] === undefined &&
    (images as Arguments | undefined)?.['control_image'] === undefined
  )
}

/** Pictures of the run: prompts may be a list. */
export function batchOf(run: StoredRun): number {
  return Array.isArray(run.args['prompt']) ? run.args['prompt'].length : 1
}

const renamed: Record<string, keyof PictureRequest> = {
  prompt: 'prompt',
  prompt_2: 'prompt2',
  prompt_3: 'prompt3',
  negative_prompt: 'negativePrompt',
  negative_prompt_2: 'negativePrompt2',
  negative_prompt_3: 'negativePrompt3',
  num_inference_steps: 'steps',
  guidance_scale: 'guidanceScale',
  guidance_rescale: 'guidanceRescale',
  strength: 'strength',
  clip_skip: 'clipSkip',
  true_cfg_scale: 'trueGuidanceScale',
  max_sequence_length: 'maxSequenceLength',
  original_size: 'originalSize',
  crops_coords_top_left: 'cropTopLeft',
  target_size: 'targetSize',
  cfg_truncation: 'guidanceTruncation',
  guess_mode: 'guessMode',
  eta: 'eta',
  timesteps: 'timesteps',
  sigmas: 'sigmas',
  mu: 'mu',
  negative_original_size: 'negativeOriginalSize',
  negative_crops_coords_top_left: 'negativeCropTopLeft',
  negative_target_size: 'negativeTargetSize',
}
const handledApart = new Set([
  'width',
  'height',
  'cfg_normalization',
  'controlnet_conditioning_scale',
  'control_guidance_start',
  'control_guidance_end',
])

/** The call of the reference in our words, for picture `item` of its batch. Throws for an argument nobody knows. */
export async function requestOf(
  run: StoredRun,
  item: number,
  family: Family,
  parts: ModelParts,
): Promise<PictureRequest> {
  const known: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(run.args)) {
    if (value === null) continue
    const name = renamed[key]
    if (name !== undefined) known[name] = isList(key, value) ? value[item] : value
    else if (!handledApart.has(key)) throw new NotCompared(`argument ${key} is not known`)
  }
  const space = family.latentSpace(parts)
  const pictures = await readPictures(run)
  const source = pictures.image ?? pictures.controls[0]
  const size = {
    ...(source === undefined
      ? { width: 0, height: 0 }
      : floorSize(source.width, source.height, space.sizeMultiple)),
    ...sizeIn(run.args),
  }
  // Pipelines of noise-predicting models hand their eta, 0 unless given, to every scheduler that takes one.
  const eta = family.schedule === 'diffusion' ? { eta: 0 } : {}
  const request = { ...eta, ...known, ...size, scheduler: run.scheduler } as unknown as PictureRequest
  if (pictures.image !== undefined) request.image = toSigned(resize(pictures.image, size.width, size.height))
  if (pictures.mask !== undefined) request.mask = maskPlane(pictures.mask, size.width, size.height)
  if (pictures.controls.length > 0) {
    request.controls = pictures.controls.map((picture, i) => ({
      image: toUnit(resize(picture, size.width, size.height)),
      scale: numberOf(run.args['controlnet_conditioning_scale'], i, 1),
      start: numberOf(run.args['control_guidance_start'], i, 0),
      end: numberOf(run.args['control_guidance_end'], i, 1),
    }))
  }
  const normalisation = run.args['cfg_normalization']
  if (normalisation !== undefined) request.guidanceNormalisation = Number(normalisation)
  const start = run.tensors['input.latents']
  const own = (request.timesteps ?? request.sigmas)?.length
  if (own !== undefined) request.steps = own
  if (start !== undefined) {
    const plain = itemOf(start, item)
    const isPacked = plain.shape.length === 3
    const [rows, columns] = [size.height / space.factor, size.width / space.factor]
    request.latents = isPacked ? unpacked(plain.data, space.channels, rows, columns) : plain.data
  }
  return request
}

function isList(key: string, value: unknown): value is unknown[] {
  return Array.isArray(value) && key.includes('prompt')
}

function sizeIn({ width, height }: Arguments): { width: number; height: number } | object {
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : {}
}

/** One number for all ControlNets, or a list. */
function numberOf(value: unknown, index: number, usual: number): number {
  return Number((Array.isArray(value) ? (value as unknown[])[index] : value) ?? usual)
}

/** A ControlNet's text-to-image calls its control `image`; several nets have lists. */
async function readPictures(run: StoredRun) {
  const read = (argument: string) =>
    Promise.all([run.imageArgs[argument] ?? []].flat().map((file) => readPicture(join(run.folder, file))))
  const [images, masks, controls] = [
    await read('image'),
    await read('mask_image'),
    await read('control_image'),
  ]
  return run.isFollowed ? { controls: images } : { image: images[0], mask: masks[0], controls }
}

/** Stored noise in the order it was drawn, one picture's share of each tensor. */
export function storedNoise(run: StoredRun, item: number) {
  let next = 0
  return {
    randn(length: number): Float32Array {
      const tensor = run.tensors[`noise.${next}`]
      if (tensor === undefined) throw new Error(`noise.${next} was drawn and is not stored`)
      next += 1
      const { data } = itemOf(tensor, item)
      if (data.length !== length)
        throw new Error(`noise.${next - 1} has ${data.length} numbers, not ${length}`)
      return data
    },
    drawn: () => next,
  }
}
