import { cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import { type RealStudio, openRealStudio } from '../../core/testing/real-studio.ts'
import { readJson } from '../../inference/model-folder.ts'
import { needTokenizer } from '../../inference/model-parts.ts'
import { openModel } from '../../inference/running/open-model.ts'
import { schedulerFamilyOf } from '../../inference/schedulers/choices.ts'
import { chooseScheduler, createScheduler, schedulerChoices } from '../../inference/schedulers/scheduler.ts'
import { itemOf } from '../../inference/tensor.ts'
import { type Lent, itemOfText, jobOfRun, lentTo, unsayable } from '../jobs/job-of-run.ts'
import { readPicture } from '../pictures.ts'
import { type StoredRun, batchOf, readRun } from '../pipeline-run.ts'
import { type CaseResult, examine, skipped } from '../result.ts'

export const name = 'jobs'

/** Levels of 255 by which the library's picture may differ. */
const tolerance = 1
const layouts = ['onnx', 'diffusers'] as const

/**
 * Every stored run asked of the studio as a person would: `jobs.submit`, the inference process, and the picture read
 * back out of the encrypted library. Runs with a seed are drawn from that seed; to those without one their noise is
 * lent on its way to the inference process, and nothing else.
 */
export async function* run(root: string): AsyncGenerator<CaseResult> {
  const folder = join(root, 'pipelines')
  const pipelines = await readdir(folder).catch(() => [])
  if (pipelines.length === 0) {
    yield skipped('jobs', 'pipelines/ is absent')
    return
  }
  let lent: Lent = {}
  const studio = await openRealStudio({
    task: (task) => (task.kind === 'generate' ? { ...task, ...lent } : task),
  })
  try {
    for (const pipeline of pipelines.toSorted((a, b) => a.localeCompare(b))) {
      for (const layout of layouts) {
        const weights = join(folder, pipeline, layout)
        if ((await stat(weights).catch(() => undefined)) === undefined) {
          yield skipped(`${pipeline}/${layout}`, 'absent')
          continue
        }
        const models = modelsOf(studio, weights)
        for await (const stored of storedRuns(join(folder, pipeline, 'expected'))) {
          const label = `${pipeline}/${layout}/${stored.id}`
          const reason = unsayable(stored) ?? (await tooLong(weights, stored))
          if (reason !== undefined) yield skipped(label, reason)
          else yield* compareRun(label, studio, models, stored, (next) => (lent = next))
        }
      }
    }
  } finally {
    await studio.close()
  }
}

async function* storedRuns(folder: string): AsyncGenerator<StoredRun> {
  for (const file of (await readdir(folder).catch(() => [])).toSorted((a, b) => a.localeCompare(b))) {
    if (!file.endsWith('.json')) continue
    const stored = await readRun(join(folder, file))
    if (stored !== undefined) yield stored
  }
}

async function* compareRun(
  label: string,
  studio: RealStudio,
  models: Models,
  stored: StoredRun,
  lend: (lent: Lent) => void,
): AsyncGenerator<CaseResult> {
  let refusal: string | undefined
  const result = await examine(label, async () => {
    const problems: string[] = []
    for (let item = 0; item < batchOf(stored); item++) {
      lend(lentTo(stored, item))
      const place = await models(stored)
      const job = await studio.run(await jobOfRun(studio, stored, item, place))
      if (job.failure?.code === 'size-unsupported')
        refusal = `its graph makes no ${job.failure.width} x ${job.failure.height}`
      problems.push(...(await compareJob(studio, stored, item, job)))
    }
    return problems
  })
  yield refusal === undefined ? result : skipped(label, refusal)
}

async function compareJob(studio: RealStudio, stored: StoredRun, item: number, job: Job): Promise<string[]> {
  const [id] = job.images
  if (job.state !== 'done' || id === undefined) return [JSON.stringify(job.failure ?? job.state)]
  const { data: made, info } = await sharp(await studio.png(id))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const wanted = await expectedPicture(stored, item)
  if (info.width !== wanted.width || info.height !== wanted.height) return [`${info.width} x ${info.height}`]
  const mask = await maskOf(stored, wanted)
  let most = 0
  for (const [i, value] of wanted.data.entries()) {
    // Outside the mask the person's own pixels stay; the reference sends them through its autoencoder.
    if (mask !== undefined && (mask[Math.trunc(i / 3)] ?? 0) < 255) continue
    most = Math.max(most, Math.abs(value - (made[i] ?? Number.NaN)))
  }
  const odd = job.notes.filter(({ code }) => code !== 'prompt-cut')
  return [
    ...(most <= tolerance ? [] : [`picture ${item}: off by ${most} levels`]),
    ...odd.map(({ code, detail }) => `note ${code} ${detail}`),
  ]
}

/** As `<run>.png` is made: `round_half_even(image * 255)`. */
async function expectedPicture(stored: StoredRun, item: number) {
  const image = stored.tensors['image']
  if (image === undefined) return readPicture(join(stored.folder, `${stored.id}.png`))
  const { data, shape } = itemOf(image, item)
  const [, height = 0, width = 0] = shape
  const level = (value: number) => Math.round(value * 255)
  return { width, height, data: Uint8Array.from(data, level) }
}

async function maskOf({ imageArgs, folder }: StoredRun, size: { width: number; height: number }) {
  const [file] = [imageArgs['mask_image'] ?? []].flat()
  if (file === undefined) return undefined
  return sharp(join(folder, file))
    .resize({ ...size, fit: 'fill', kernel: 'nearest' })
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer()
}

/** CLIP's families read long prompts in chunks, where the reference cuts them off. */
async function tooLong(weights: string, { args }: StoredRun): Promise<string | undefined> {
  const parts = await openModel(weights)
  if (parts.components.unet === undefined) return undefined
  const tokenizer = await needTokenizer(parts, 'tokenizer')
  const texts = ['prompt', 'negative_prompt'].flatMap((key) => [args[key] ?? ''].flat().map(String))
  return texts.some((text) => tokenizer.encode(text).length > 77)
    ? 'the whole of a long prompt is read'
    : undefined
}

type Place = { model: string; scheduler: string }
type Models = (stored: StoredRun) => Promise<Place>

/**
 * The model and sampler that draw a run: the folder as it lies with the sampler of that name, or, where no sampler has
 * the run's settings, a copy of the folder whose own schedule they are.
 */
function modelsOf(studio: RealStudio, weights: string): Models {
  const copies = new Map<string, Promise<string>>()
  let plain: Promise<string> | undefined
  return async (stored) => {
    const scheduler = await samplerOf(weights, stored)
    if (scheduler !== undefined) {
      plain ??= studio.addModel(weights)
      return { model: await plain, scheduler }
    }
    const config = JSON.stringify(stored.scheduler)
    const known = copies.get(config) ?? copyWith(studio, weights, config)
    copies.set(config, known)
    return { model: await known, scheduler: 'auto' }
  }
}

let copied = 0
async function copyWith(studio: RealStudio, weights: string, config: string): Promise<string> {
  const folder = join(studio.root, `model-${++copied}`)
  await cp(weights, folder, { recursive: true, dereference: true })
  await mkdir(join(folder, 'scheduler'), { recursive: true })
  await writeFile(join(folder, 'scheduler', 'scheduler_config.json'), config)
  return studio.addModel(folder)
}

/** The sampler of that name whose levels and traits are the run's. */
async function samplerOf(weights: string, { args, scheduler }: StoredRun): Promise<string | undefined> {
  const own = (await readJson(join(weights, 'scheduler', 'scheduler_config.json'))) ?? {}
  const steps = Number(args['num_inference_steps'])
  const levels = (config: Record<string, unknown>): string => {
    const { timesteps, sigmas } = createScheduler(config, { steps, mu: 1 }).schedule
    return JSON.stringify([config['_class_name'], timesteps, sigmas])
  }
  const family = schedulerFamilyOf(own)
  const choices = schedulerChoices.filter(({ families }) => families.includes(family)).map(({ id }) => id)
  return ['auto', ...choices].find((id) => {
    const chosen = chooseScheduler(own, id)
    return levels(chosen) === levels(scheduler) && sameTraits(chosen, scheduler)
  })
}

/** What changes a picture besides class and levels: switches that are off where nothing is said, and the rest. */
const switches = ['thresholding', 'stochastic_sampling', 'use_lu_lambdas', 'euler_at_final']
const traits = [
  'algorithm_type',
  'solver_order',
  'solver_type',
  'prediction_type',
  'clip_sample',
  'variance_type',
]
const rules = [
  'lower_order_final',
  'disable_corrector',
  'set_alpha_to_one',
  'interpolation_type',
  'predict_x0',
]

function sameTraits(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const isSame = (name: string) =>
    one[name] === undefined ||
    other[name] === undefined ||
    JSON.stringify(one[name]) === JSON.stringify(other[name])
  return (
    switches.every((name) => (one[name] === true) === (other[name] === true)) &&
    [...traits, ...rules].every(isSame)
  )
}
