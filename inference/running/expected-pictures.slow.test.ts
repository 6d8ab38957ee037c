import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import { readPicture } from '../../reference/pictures.ts'
import { type StoredRun, readRun } from '../../reference/pipeline-run.ts'
import { readJson } from '../model-folder.ts'
import { unpacked } from '../pipelines/packing.ts'
import type { GenerateTask, RawPicture } from '../protocol.ts'
import { schedulerFamilyOf } from '../schedulers/choices.ts'
import { chooseScheduler, createScheduler, schedulerChoices } from '../schedulers/scheduler.ts'
import { itemOf } from '../tensor.ts'
import { type Worker, startWorker } from './worker-fixture.ts'

// Whole networks are loaded here; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const pipelines = join(referenceFolder(), 'pipelines')

/** What only another program can ask for: guess mode, schedulers with settings that no choice of ours has. */
async function samplerOf(name: string, { args, scheduler }: StoredRun): Promise<string | undefined> {
  const own = (await readJson(join(pipelines, name, 'onnx', 'scheduler', 'scheduler_config.json'))) ?? {}
  const levels = (config: Record<string, unknown>): string => {
    const { timesteps, sigmas } = createScheduler(config, {
      steps: Number(args['num_inference_steps']),
      mu: 1,
    }).schedule
    return JSON.stringify([config['_class_name'], timesteps, sigmas])
  }
  const family = schedulerFamilyOf(own)
  const choices = schedulerChoices.filter(({ families }) => families.includes(family)).map(({ id }) => id)
  return ['auto', ...choices].find((id) => levels(chooseScheduler(own, id)) === levels(scheduler))
}

const runs = readdirSync(pipelines).flatMap((name) =>
  readdirSync(join(pipelines, name, 'expected'))
    .filter((file) => file.endsWith('.json') && !file.startsWith('image_preprocess'))
    .map((file): [string, string] => [name, file.replace(/\.json$/, '')]),
)
const offered: string[] = []

let worker: Worker
beforeAll(async () => {
  worker = await startWorker()
})
afterAll(() => worker.close())

test.each(runs)('from the noise of the reference, %s makes its picture %s', async (name, id) => {
  const stored = await readRun(join(pipelines, name, 'expected', `${id}.json`))
  if (stored === undefined) throw new Error(`${id} is no run`)
  const scheduler = await samplerOf(name, stored)
  if (scheduler === undefined || stored.args['guess_mode'] === true) return
  offered.push(`${name}/${id}`)
  const { pictures, failure } = await worker.run(await taskOf(name, stored, scheduler))
  expect(failure).toBeUndefined()
  const png = await readPicture(join(stored.folder, `${id}.png`))
  const made = pictures[0]?.image
  expect([made?.width, made?.height]).toEqual([png.width, png.height])
  const mask = await pictureOf(stored, 'mask_image')
  const levels = png.data.map((value, i) => {
    // Outside the mask the picture stays what it was, to the pixel; the reference sends it through its autoencoder.
    if (mask !== undefined && (mask.data[i] ?? 0) < 255) return 0
    return Math.abs(value - (made?.rgb[i] ?? Number.NaN))
  })
  expect(Math.max(...levels)).toBeLessThanOrEqual(1)
  // One prompt is longer than what its run reads.
  expect(pictures[0]?.record.notes.filter(({ code }) => code !== 'prompt-cut')).toEqual([])
})

test('every family is there, and most runs can be asked for', () => {
  expect(new Set(runs.map(([name]) => name)).size).toBe(9)
  expect(new Set(offered.map((run) => run.split('/')[0])).size).toBe(9)
  expect(offered.length).toBeGreaterThan(runs.length * 0.85)
})

async function taskOf(name: string, stored: StoredRun, scheduler: string): Promise<GenerateTask> {
  const { args } = stored
  // Batches store a list; the picture beside them is the first one's.
  const text = (key: string): string => ([args[key] ?? ''].flat() as string[])[0] ?? ''
  const number = (key: string): number | undefined =>
    args[key] === undefined ? undefined : Number(args[key])
  const given = <Key extends string, Value>(key: Key, value: Value | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value }
  const guidance: NonNullable<GenerateTask['guidance']> = {
    ...given('rescale', number('guidance_rescale')),
    ...given('truncation', number('cfg_truncation')),
    ...given('normalisation', number('cfg_normalization')),
    ...given('trueScale', number('true_cfg_scale')),
    ...given('promptLength', number('max_sequence_length')),
    ...given('sizes', sizesIn(args, '')),
    ...given('negativeSizes', sizesIn(args, 'negative_')),
  }
  const words = (key: string): string | undefined => (args[key] === undefined ? undefined : text(key))
  const furtherPrompts = {
    ...given('prompt2', words('prompt_2')),
    ...given('prompt3', words('prompt_3')),
    ...given('negativePrompt2', words('negative_prompt_2')),
    ...given('negativePrompt3', words('negative_prompt_3')),
  }
  const image = await pictureOf(stored, 'image')
  const mask = await pictureOf(stored, 'mask_image')
  const isControl = name.startsWith('controlnet') && args['strength'] === undefined
  const control = isControl ? image : await pictureOf(stored, 'control_image')
  const source = isControl ? undefined : image
  return {
    kind: 'generate',
    model: join(pipelines, name, 'onnx'),
    prompt: text('prompt'),
    negativePrompt: text('negative_prompt'),
    ...given('width', number('width') ?? image?.width),
    ...given('height', number('height') ?? image?.height),
    ...given('steps', number('num_inference_steps')),
    ...given('guidanceScale', number('guidance_scale')),
    scheduler,
    seeds: ['1'],
    adapters: [],
    clipSkip: number('clip_skip') ?? 0,
    furtherPrompts,
    ...(Object.keys(guidance).length === 0 ? {} : { guidance }),
    ...given(
      'image',
      source && { ...raw(source), strength: number('strength') ?? 1, resize: 'stretch' as const },
    ),
    ...given('mask', mask && { ...gray(mask), feather: 0, onlyMasked: false, padding: 0 }),
    ...given('controls', control && [controlOf(control, args)]),
    ...noiseOf(stored),
  }
}

type Args = StoredRun['args']
type Read = Awaited<ReturnType<typeof readPicture>>

async function pictureOf(stored: StoredRun, argument: string): Promise<Read | undefined> {
  const [file] = [stored.imageArgs[argument] ?? []].flat()
  return file === undefined ? undefined : readPicture(join(stored.folder, file))
}

function raw({ width, height, data }: Read): RawPicture {
  return { width, height, rgb: data }
}

/** Masks are stored like pictures, with three equal channels or one. */
function gray({ width, height, channels, data }: Read) {
  return { width, height, gray: data.filter((_, i) => i % channels === 0) }
}

function controlOf(picture: Read, args: Args) {
  const number = (key: string, usual: number): number => Number(args[key] ?? usual)
  return {
    ...raw(picture),
    scale: number('controlnet_conditioning_scale', 1),
    start: number('control_guidance_start', 0),
    end: number('control_guidance_end', 1),
    resize: 'stretch' as const,
  }
}

function sizesIn(args: Args, prefix: string) {
  const pair = (key: string) => args[`${prefix}${key}`] as [number, number] | undefined
  const [original, crop, target] = [pair('original_size'), pair('crops_coords_top_left'), pair('target_size')]
  if (original === undefined && crop === undefined && target === undefined) return undefined
  return {
    ...(original === undefined ? {} : { original: { height: original[0], width: original[1] } }),
    ...(crop === undefined ? {} : { crop: { top: crop[0], left: crop[1] } }),
    ...(target === undefined ? {} : { target: { height: target[0], width: target[1] } }),
  }
}

/** What the reference started from, and what it drew on the way; Flux's latents are stored in tokens. */
function noiseOf({ tensors, args }: StoredRun): Pick<GenerateTask, 'latents' | 'draws'> {
  const draws: Float32Array[] = []
  for (let i = 0; tensors[`noise.${i}`] !== undefined; i++) {
    const tensor = tensors[`noise.${i}`]
    if (tensor !== undefined) draws.push(itemOf(tensor, 0).data)
  }
  const start = tensors['input.latents']
  if (start === undefined) return { draws }
  const { data, shape } = itemOf(start, 0)
  const [, tokens = 0, width = 0] = shape
  if (shape.length !== 3) return { draws, latents: data }
  const columns = Math.sqrt((tokens * Number(args['width'])) / Number(args['height']))
  return { draws, latents: unpacked(data, width / 4, (tokens / columns) * 2, columns * 2) }
}
