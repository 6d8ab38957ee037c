import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import { type RealStudio, openRealStudio } from '../../core/testing/real-studio.ts'
import { readJson } from '../../inference/model-folder.ts'
import { needTokenizer } from '../../inference/model-parts.ts'
import { openModel } from '../../inference/running/open-model.ts'
import { schedulerFamilyOf } from '../../inference/schedulers/choices.ts'
import { chooseScheduler, createScheduler, schedulerChoices } from '../../inference/schedulers/scheduler.ts'
import { itemOf } from '../../inference/tensor.ts'
import { type Lent, jobOfRun, lentTo, unsayable } from '../jobs/job-of-run.ts'
import { adapterJobs } from '../jobs/adapter-jobs.ts'
import { addCopyWith } from '../jobs/model-copy.ts'
import { type Wanted, comparePicture, levelsOf } from '../jobs/compare-picture.ts'
import { readPicture } from '../pictures.ts'
import { type StoredRun, batchOf, isRun, readRun } from '../pipeline-run.ts'
import { requireParts } from '../named-parts.ts'
import { type CaseResult, NotCompared, examine, guarded, isAbsence, skipped } from '../result.ts'

export const name = 'jobs'

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
        for (const path of await runsIn(join(folder, pipeline, 'expected'))) {
          const label = `${pipeline}/${layout}/${basename(path, '.json')}`
          yield await examine(label, () => compareRun(path, weights, studio, models, (next) => (lent = next)))
        }
      }
    }
    yield* guarded(
      'adapters',
      adapterJobs(root, studio, (next) => (lent = next)),
    )
  } finally {
    await studio.close()
  }
}

async function runsIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'))
  const paths = files.toSorted((a, b) => a.localeCompare(b)).map((file) => join(folder, file))
  const runs = await Promise.all(paths.map(isRun))
  return paths.filter((_, i) => runs[i])
}

async function compareRun(
  path: string,
  weights: string,
  studio: RealStudio,
  models: Models,
  lend: (lent: Lent) => void,
): Promise<string[]> {
  const stored = await readRun(path)
  if (stored === undefined) return []
  await requireParts(weights)
  const reason = unsayable(stored) ?? (await tooLong(weights, stored))
  if (reason !== undefined) throw new NotCompared(reason)
  const problems: string[] = []
  for (let item = 0; item < batchOf(stored); item++) {
    lend(lentTo(stored, item))
    const place = await models(stored)
    const job = await studio.run(await jobOfRun(studio, stored, item, place))
    if (isAbsence(job.failure)) throw new NotCompared(`absent: ${JSON.stringify(job.failure)}`)
    if (job.failure?.code === 'size-unsupported') {
      throw new NotCompared(`no graph for ${job.failure.width} x ${job.failure.height}`)
    }
    problems.push(...(await compareJob(studio, stored, item, job)))
  }
  return problems
}

async function compareJob(studio: RealStudio, stored: StoredRun, item: number, job: Job): Promise<string[]> {
  const wanted = await expectedPicture(stored, item)
  const mask = await maskOf(stored, wanted)
  // Outside the mask the person's own pixels stay; the reference sends them through its autoencoder.
  const counts = (pixel: number) => mask === undefined || mask[pixel] === 255
  const problems = await comparePicture(studio, job, wanted, counts)
  return problems.map((problem) => `picture ${item}: ${problem}`)
}

async function expectedPicture(stored: StoredRun, item: number): Promise<Wanted> {
  const image = stored.tensors['image']
  if (image === undefined) return readPicture(join(stored.folder, `${stored.id}.png`))
  const { data, shape } = itemOf(image, item)
  const [, height = 0, width = 0] = shape
  return { width, height, data: levelsOf(data) }
}

async function maskOf({ imageArgs, folder }: StoredRun, size: { width: number; height: number }) {
  const [file] = [imageArgs['mask_image'] ?? []].flat()
  if (file === undefined) return undefined
  return sharp(join(folder, file))
    .resize({ ...size, fit: 'fill', kernel: 'lanczos3' })
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
    const known = copies.get(config) ?? addCopyWith(studio, weights, stored.scheduler)
    copies.set(config, known)
    return { model: await known, scheduler: 'auto' }
  }
}

/** The sampler of that name whose levels and traits are the run's. */
async function samplerOf(weights: string, { args, scheduler }: StoredRun): Promise<string | undefined> {
  const own = (await readJson(join(weights, 'scheduler', 'scheduler_config.json'))) ?? {}
  // A folder without a schedule gets the run's own.
  if (own['_class_name'] === undefined) return undefined
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
  const isSame = (trait: string) =>
    one[trait] === undefined ||
    other[trait] === undefined ||
    JSON.stringify(one[trait]) === JSON.stringify(other[trait])
  return (
    switches.every((trait) => (one[trait] === true) === (other[trait] === true)) &&
    [...traits, ...rules].every(isSame)
  )
}
