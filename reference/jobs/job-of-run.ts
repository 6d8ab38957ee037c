import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ControlUse, Guidance, JobRequestInput } from '../../contract/generation.ts'
import type { RealStudio } from '../../core/testing/real-studio.ts'
import { unpacked } from '../../inference/pipelines/packing.ts'
import type { GenerateTask } from '../../inference/protocol.ts'
import { itemOf } from '../../inference/tensor.ts'
import { readPicture } from '../pictures.ts'
import type { StoredRun } from '../pipeline-run.ts'

type Args = StoredRun['args']
type GenerateInput = Extract<JobRequestInput, { kind: 'generate' }>

/** What the reference was given that no person says: noise. */
export type Lent = Pick<GenerateTask, 'latents' | 'draws'>

const sayable = new Set(
  (
    'prompt negative_prompt width height num_inference_steps guidance_scale strength guidance_rescale clip_skip ' +
    'true_cfg_scale max_sequence_length cfg_truncation cfg_normalization controlnet_conditioning_scale ' +
    'control_guidance_start control_guidance_end guess_mode prompt_2 prompt_3 negative_prompt_2 negative_prompt_3 ' +
    'original_size crops_coords_top_left target_size negative_original_size negative_crops_coords_top_left ' +
    'negative_target_size'
  ).split(' '),
)

/** Why a job cannot ask for this run; undefined where it can. */
export function unsayable({ args, scheduler }: StoredRun): string | undefined {
  const unknown = Object.entries(args).find(
    ([key, value]) => value !== null && !sayable.has(key) && !isPlain(key, value),
  )
  if (unknown !== undefined) return `no job says ${unknown[0]}`
  // Pipelines hand their eta of 0 to every scheduler; the app leaves TCD the 0.3 that its paper recommends.
  if (scheduler['_class_name'] === 'TCDScheduler' && args['eta'] === undefined) return 'TCD with an eta of 0'
  return undefined
}

const isPlain = (key: string, value: unknown) => key === 'eta' && value === 0

function itemOfText(args: Args, key: string, item: number): string {
  const value = [args[key] ?? ''].flat()[Array.isArray(args[key]) ? item : 0]
  return typeof value === 'string' ? value : ''
}

/** The prompt as somebody types it who means every bracket. */
export const literally = (text: string): string => text.replaceAll(/[()[\]{}|<\\]/g, String.raw`\$&`)

/** What a person would ask for to get the run's picture `item`; its pictures and masks are brought in first. */
export async function jobOfRun(
  studio: RealStudio,
  run: StoredRun,
  item: number,
  { model, scheduler }: { model: string; scheduler: string },
): Promise<GenerateInput> {
  const { args } = run
  const number = (key: string): number | undefined => (args[key] == null ? undefined : Number(args[key]))
  const bring = async (argument: string, kind: 'input' | 'mask') =>
    Promise.all(
      filesOf(run, argument).map(async (file) => studio.bringIn(kind, new Uint8Array(await readFile(file)))),
    )
  const [images, masks, given] = [
    await bring('image', 'input'),
    await bring('mask_image', 'mask'),
    await bring('control_image', 'input'),
  ]
  const follows = run.isFollowed
  const controls = follows ? images : given
  const size = await sizeOf(run)
  const guidance = guidanceOf(args)
  return {
    kind: 'generate',
    model,
    scheduler,
    prompt: literally(itemOfText(args, 'prompt', item)),
    negativePrompt: literally(itemOfText(args, 'negative_prompt', item)),
    ...furtherOf(args, item),
    ...size,
    ...said({
      steps: number('num_inference_steps'),
      guidanceScale: number('guidance_scale'),
      clipSkip: number('clip_skip'),
      guessMode: args['guess_mode'] === true ? true : undefined,
    }),
    seed: String(BigInt(run.seed ?? '1') + BigInt(item)),
    finish: 'none',
    ...(Object.keys(guidance).length === 0 ? {} : { guidance }),
    ...(follows || images[0] === undefined
      ? {}
      : { image: { id: images[0], strength: number('strength') ?? 1, resize: 'stretch' as const } }),
    ...(masks[0] === undefined ? {} : { mask: { id: masks[0], feather: 0, padding: 0 } }),
    ...(controls.length === 0 ? {} : { controls: controls.map((image, i) => controlOf(image, args, i)) }),
  }
}

const filesOf = (run: StoredRun, argument: string): string[] =>
  [run.imageArgs[argument] ?? []].flat().map((file) => join(run.folder, file))

/** As the reference floors a picture's sides; with a size of one's own that. */
async function sizeOf(run: StoredRun): Promise<{ width?: number; height?: number }> {
  const { width, height } = run.args
  if (typeof width === 'number' && typeof height === 'number') return { width, height }
  const [file] = filesOf(run, 'image')
  if (file === undefined) return {}
  const picture = await readPicture(file)
  return { width: picture.width - (picture.width % 8), height: picture.height - (picture.height % 8) }
}

function guidanceOf(args: Args): Guidance {
  const number = (key: string): number | undefined => (args[key] == null ? undefined : Number(args[key]))
  return said({
    rescale: number('guidance_rescale'),
    truncation: number('cfg_truncation'),
    normalisation: number('cfg_normalization'),
    trueScale: number('true_cfg_scale'),
    promptLength: number('max_sequence_length'),
    sizes: sizesIn(args, ''),
    negativeSizes: sizesIn(args, 'negative_'),
  })
}

function sizesIn(args: Args, prefix: string): Guidance['sizes'] {
  const pair = (key: string) => args[`${prefix}${key}`] as [number, number] | undefined
  const [original, crop, target] = [pair('original_size'), pair('crops_coords_top_left'), pair('target_size')]
  if (original === undefined && crop === undefined && target === undefined) return undefined
  return said({
    original: original && { height: original[0], width: original[1] },
    crop: crop && { top: crop[0], left: crop[1] },
    target: target && { height: target[0], width: target[1] },
  })
}

function controlOf(image: string, args: Args, index: number): Partial<ControlUse> & { image: string } {
  const number = (key: string, usual: number): number => {
    const value = args[key]
    return Number((Array.isArray(value) ? (value as unknown[])[index] : value) ?? usual)
  }
  return {
    image,
    scale: number('controlnet_conditioning_scale', 1),
    start: number('control_guidance_start', 0),
    end: number('control_guidance_end', 1),
    resize: 'stretch',
  }
}

/** Where the run has no seed of its own: what it started from and what it drew on the way. Flux's is in tokens. */
export function lentTo({ tensors, args, seed }: StoredRun, item: number): Lent {
  if (seed !== undefined) return {}
  const draws: Float32Array[] = []
  for (let i = 0; tensors[`noise.${i}`] !== undefined; i++) {
    const tensor = tensors[`noise.${i}`]
    if (tensor !== undefined) draws.push(itemOf(tensor, item).data)
  }
  const start = tensors['input.latents']
  if (start === undefined) return { draws }
  const { data, shape } = itemOf(start, item)
  const [, tokens = 0, width = 0] = shape
  if (shape.length !== 3) return { draws, latents: data }
  const columns = Math.sqrt((tokens * Number(args['width'])) / Number(args['height']))
  const latents = unpacked(data, width / 4, (tokens / columns) * 2, columns * 2)
  return { draws, latents }
}

function furtherOf(args: Args, item: number): Pick<GenerateInput, 'furtherPrompts'> {
  const furtherPrompts = said({
    prompt2: wordsIn(args, 'prompt_2', item),
    prompt3: wordsIn(args, 'prompt_3', item),
    negativePrompt2: wordsIn(args, 'negative_prompt_2', item),
    negativePrompt3: wordsIn(args, 'negative_prompt_3', item),
  })
  return Object.keys(furtherPrompts).length === 0 ? {} : { furtherPrompts }
}

const wordsIn = (args: Args, key: string, item: number): string | undefined =>
  args[key] == null ? undefined : literally(itemOfText(args, key, item))

function said<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
