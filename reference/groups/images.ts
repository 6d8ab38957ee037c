import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import sharp from 'sharp'

import {
  readSafetensorsHeader,
  readTensor,
  type ReadTensor,
} from '../../inference/checkpoints/safetensors.ts'
import { maskedImage, maskPlane } from '../../inference/images/mask.ts'
import type { Pixels, Planes } from '../../inference/images/pixels.ts'
import { floorSize } from '../../inference/images/placement.ts'
import { fromUnit, toSigned } from '../../inference/images/planes.ts'
import { resize } from '../../inference/images/resample.ts'
import { absoluteDifference, beyond } from '../comparison.ts'
import { examine, guarded, skipped, type CaseResult } from '../result.ts'

export const name = 'images'

/** One float32 rounding; the pixels themselves are equal. */
const tolerance = 1e-7

type Preprocessing = { inputs: string[]; shapes: Record<string, number[]> }
type Run = { image_args?: Record<string, string>; tensors?: Record<string, { shape: number[] }> }

/** Pictures and masks on their way into the networks, and out of them again. */
export async function* run(folder: string): AsyncGenerator<CaseResult> {
  const root = join(folder, 'pipelines')
  const pipelines = await readdir(root).catch(() => [])
  if (pipelines.length === 0) yield skipped('pipelines', 'pipelines/ is absent')
  for (const pipeline of pipelines.toSorted(byName)) {
    const expected = join(root, pipeline, 'expected')
    for (const file of (await readdir(expected).catch(() => [])).toSorted(byName)) {
      if (!file.endsWith('.json')) continue
      const label = `${pipeline}/${basename(file, '.json')}`
      const description: unknown = JSON.parse(await readFile(join(expected, file), 'utf8'))
      const tensors = join(expected, file.replace(/json$/, 'safetensors'))
      const cases =
        file === 'image_preprocess.json'
          ? preprocessing(label, tensors, description as Preprocessing)
          : pipelineRun(label, tensors, description as Run)
      yield* guarded(label, cases)
    }
  }
}

/** `img2img_default_size`, `resized_…`, `mask_…` of one picture and one mask with odd sides. */
async function* preprocessing(
  label: string,
  path: string,
  { inputs, shapes }: Preprocessing,
): AsyncGenerator<CaseResult> {
  const [image, mask] = await Promise.all(
    inputs.map(async (input) => readPicture(join(dirname(path), input))),
  )
  for (const [tensor, [, , height = 0, width = 0]] of Object.entries(shapes)) {
    yield await examine(`${label} ${tensor}`, async () => {
      if (image === undefined || mask === undefined) return ['a picture is missing']
      const expected = await readOne(path, tensor)
      const size = tensor.startsWith('img2img') ? floorSize(image.width, image.height, 8) : { width, height }
      const actual = tensor.startsWith('mask')
        ? maskPlane(mask, size.width, size.height)
        : toSigned(resize(image, size.width, size.height))
      return beyond(tensor, absoluteDifference(actual.data, expected.data), tolerance)
    })
  }
}

/** The PNG beside a run from its float image; what went into the VAE from the run's input pictures. */
async function* pipelineRun(
  label: string,
  path: string,
  { image_args: files, tensors }: Run,
): AsyncGenerator<CaseResult> {
  if (tensors?.['image'] !== undefined)
    yield await examine(`${label} png`, async () => {
      const png = await readPicture(path.replace(/safetensors$/, 'png'))
      return beyond('levels', absoluteDifference(firstImage(await readOne(path, 'image')).data, png.data), 0)
    })
  const encoded = Object.keys(tensors ?? {}).filter((key) => /^vae_encode\.\d+\.pixels$/.test(key))
  // The picture of a ControlNet run without a source picture is the control picture, which nothing encodes.
  if (typeof files?.['image'] !== 'string' || encoded.length === 0) return
  const image = await readPicture(join(dirname(path), files['image']))
  const mask =
    files['mask_image'] === undefined
      ? undefined
      : await readPicture(join(dirname(path), files['mask_image']))
  for (const key of encoded) {
    yield await examine(`${label} ${key}`, async () => {
      const { data, shape } = await readOne(path, key)
      const [, , height = 0, width = 0] = shape
      const whole = toSigned(resize(image, width, height))
      const candidates =
        mask === undefined ? [whole] : [whole, maskedImage(whole, maskPlane(mask, width, height))]
      const difference = Math.min(...candidates.map((planes) => absoluteDifference(planes.data, data)))
      return beyond('neither the picture nor the masked picture', difference, tolerance)
    })
  }
}

async function readOne(path: string, tensor: string): Promise<ReadTensor> {
  return readTensor(await readSafetensorsHeader(path), tensor)
}

async function readPicture(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
  const channels = info.channels
  if (channels !== 1 && channels !== 3 && channels !== 4) throw new Error(`${path} has ${channels} channels`)
  return { width: info.width, height: info.height, channels, data: new Uint8Array(data) }
}

/** The first of [batch, height, width, 3] in [0, 1]. */
function firstImage({ data, shape }: ReadTensor): Pixels {
  const [, height = 0, width = 0, channels = 0] = shape
  const area = width * height
  const planes: Planes = { width, height, channels, data: new Float32Array(area * channels) }
  for (let index = 0; index < area; index++)
    for (let channel = 0; channel < channels; channel++)
      planes.data[channel * area + index] = data[index * channels + channel] ?? Number.NaN
  return fromUnit(planes)
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1)
