import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Pixels } from '../../inference/images/pixels.ts'
import { fromSigned } from '../../inference/images/planes.ts'
import { ModelSessions } from '../../inference/model-sessions.ts'
import { type MadePicture, makePicture } from '../../inference/pipelines/make-picture.ts'
import { packed } from '../../inference/pipelines/packing.ts'
import type { Family, RunContext } from '../../inference/pipelines/pipeline.ts'
import { familyOf } from '../../inference/pipelines/registry.ts'
import { openModel } from '../../inference/running/open-model.ts'
import { type Tensor, itemOf } from '../../inference/tensor.ts'
import { absoluteDifference, beyond, relativeDifference } from '../comparison.ts'
import { requireParts } from '../named-parts.ts'
import { readPicture } from '../pictures.ts'
import { type StoredRun, batchOf, isRun, readRun, requestOf, storedNoise } from '../pipeline-run.ts'
import { type CaseResult, NotCompared, examine, skipped } from '../result.ts'

export const name = 'pipelines'

/** README.md of the reference: prompt embeddings and single calls 1e-5, latents 2e-5 relative, pictures 1e-5. */
const tolerance = { call: 1e-5, latents: 2e-5, image: 1e-5, levels: 1 }
/**
 * Two runtimes differ by up to 1e-5 of a guided output. Runs that amplify this beyond the figures above say so by
 * their stored reaction to 1e-6; so many times of that are allowed, as an absolute difference.
 */
const amplified = 20

/** Folders of weights and the runs that they must give. */
const layouts: readonly (readonly [weights: string, expected: string])[] = [
  ['onnx', 'expected'],
  ['diffusers', 'expected'],
  ['diffusers-fp16', 'expected-fp16'],
  ['diffusers-bf16', 'expected-bf16'],
]

/** Every stored run of every pipeline, over the ONNX folder and over graphs built from the safetensors folders. */
export async function* run(root: string): AsyncGenerator<CaseResult> {
  const folder = join(root, 'pipelines')
  const pipelines = await readdir(folder).catch(() => [])
  if (pipelines.length === 0) yield skipped('pipelines', 'pipelines/ is absent')
  for (const pipeline of pipelines.toSorted((a, b) => a.localeCompare(b))) {
    for (const [weights, expected] of layouts) {
      const [model, runs] = [join(folder, pipeline, weights), join(folder, pipeline, expected)]
      if ((await stat(model).catch(() => undefined)) === undefined) {
        if (weights === 'onnx' || weights === 'diffusers') yield skipped(`${pipeline}/${weights}`, 'absent')
      } else yield* compareModel(`${pipeline}/${weights}`, model, runs)
    }
  }
}

async function* compareModel(label: string, model: string, folder: string): AsyncGenerator<CaseResult> {
  let sessions: ModelSessions | undefined
  const files = await readdir(folder).catch(() => [])
  if (files.length === 0) yield skipped(label, 'no expected runs')
  for (const file of files
    .toSorted((a, b) => a.localeCompare(b))
    .filter((entry) => entry.endsWith('.json'))) {
    if (!(await isRun(join(folder, file)))) continue
    yield await examine(`${label}/${basename(file, '.json')}`, async () => {
      const stored = await readRun(join(folder, file))
      if (stored === undefined) return []
      await requireParts(model)
      sessions ??= new ModelSessions(await openModel(model), {
        executionProvider: 'cpu',
        threads: 1,
        policy: 'keep',
      })
      return compareRun(stored, sessions)
    })
  }
  await sessions?.releaseAll()
}

async function compareRun(stored: StoredRun, sessions: ModelSessions): Promise<string[]> {
  const family = familyOf(sessions.parts)
  const problems: string[] = []
  for (let item = 0; item < batchOf(stored); item++) {
    const prefix = batchOf(stored) === 1 ? '' : `picture ${item}: `
    const found = await compareItem(stored, item, sessions, family)
    problems.push(...found.map((problem) => prefix + problem))
  }
  return problems
}

async function compareItem(
  stored: StoredRun,
  item: number,
  sessions: ModelSessions,
  family: Family,
): Promise<string[]> {
  const problems: string[] = []
  const observed = new Map<string, Tensor>()
  const noise = storedNoise(stored, item)
  const context: RunContext = {
    sessions,
    noise,
    pause: () => Promise.resolve(),
    stage: () => undefined,
    note: () => undefined,
    observe: (key, { data, shape }) => observed.set(key, { data: data.slice(), shape }),
  }
  const request = await requestOf(stored, item, family, sessions.parts)
  const { multiple } = family.limits(sessions.parts)
  if (request.width % multiple !== 0 || request.height % multiple !== 0) {
    // The reference's own network takes it, its export does not.
    throw new NotCompared(`no graph for ${request.width} x ${request.height}: multiples of ${multiple}`)
  }
  const steps: Float32Array[] = []
  const made = await makePicture(family, sessions.parts, context, request, {
    onStep: ({ latents }) => void steps.push(latents.slice()),
  })
  problems.push(...compareObserved(stored, item, observed), ...compareSteps(stored, item, steps, made))
  const image = stored.tensors['image']
  if (image === undefined && stored.tensors['latents_after_step'] === undefined) {
    throw new NotCompared('neither latents nor a picture are stored')
  }
  if (image !== undefined) {
    problems.push(
      ...beyond(
        'image',
        absoluteDifference(unitPicture(made), itemOf(image, item).data),
        Math.max(tolerance.image, amplified * stored.conditioning.image),
      ),
    )
  }
  const unused = stored.tensors[`noise.${noise.drawn()}`]
  if (unused !== undefined) problems.push(`noise.${noise.drawn()} was not drawn`)
  const png = item === 0 ? await pictureBeside(stored) : undefined
  if (png !== undefined) {
    problems.push(
      ...beyond('PNG levels', absoluteDifference(fromSigned(made.planes).data, png.data), tolerance.levels),
    )
  }
  return problems
}

/** The run's PNG, where there is one. */
async function pictureBeside({ folder, id }: StoredRun): Promise<Pixels | undefined> {
  const path = join(folder, `${id}.png`)
  return (await stat(path).catch(() => undefined)) === undefined ? undefined : readPicture(path)
}

/** encode_prompt.* and denoiser_out_0*, whose batches are [negative …, positive …] where they are one tensor. */
function compareObserved(stored: StoredRun, item: number, observed: Map<string, Tensor>): string[] {
  const problems: string[] = []
  const batch = batchOf(stored)
  for (const [key, expected] of Object.entries(stored.tensors)) {
    const isListItem = /^(encode_prompt|denoiser_out_0)\.\d+(\.\d+)?$/.test(key) && /\.\d+$/.test(key)
    if (!/^(encode_prompt|denoiser_out_0)/.test(key)) continue
    // Flux returns the text's position ids as well: all zeros.
    if (expected.data.every((value) => value === 0) && !observed.has(key)) continue
    const listed = isListItem && isPerPicture(key)
    if (listed && batch > 1 && !key.endsWith(`.${item}`)) continue
    const actual = observed.get(listed && batch > 1 ? key.replace(/\d+$/, '0') : key)
    if (actual === undefined) {
      problems.push(`${key} was not computed`)
      continue
    }
    const rows = expected.shape[0] ?? 1
    const share = listed || batch === 1 ? expected : ownRows(expected, item, batch, rows)
    problems.push(...beyond(key, relativeDifference(actual.data, share.data), tolerance.call))
  }
  return problems
}

/** Z-Image keeps a tensor per picture: encode_prompt.k.i and denoiser_out_0.i. */
function isPerPicture(key: string): boolean {
  return /^encode_prompt\.\d+\.\d+$/.test(key) || /^denoiser_out_0\.\d+$/.test(key)
}

function ownRows(tensor: Tensor, item: number, batch: number, rows: number): Tensor {
  const own = Array.from({ length: rows / batch }, (_, half) => itemOf(tensor, half * batch + item))
  const data = new Float32Array(own.reduce((sum, { data: part }) => sum + part.length, 0))
  let at = 0
  for (const { data: part } of own) {
    data.set(part, at)
    at += part.length
  }
  return { data, shape: [own.length, ...tensor.shape.slice(1)] }
}

function compareSteps(stored: StoredRun, item: number, steps: Float32Array[], made: MadePicture): string[] {
  const expected = stored.tensors['latents_after_step']
  if (expected === undefined) return []
  if (steps.length !== expected.shape[0]) return [`${steps.length} steps, not ${expected.shape[0]}`]
  const [, channels, height, width] = made.shape
  // [steps, batch, tokens, 4c] where latents are packed
  const isPacked = expected.shape.length === 4
  return steps.flatMap((latents, step) => {
    const of = itemOf(expected, step)
    const share = itemOf({ data: of.data, shape: of.shape.slice(1) }, item)
    const actual = isPacked ? packed(latents, channels, height, width).data : latents
    if (absoluteDifference(actual, share.data) <= amplified * stored.conditioning.latents) return []
    return beyond(`latents after step ${step + 1}`, relativeDifference(actual, share.data), tolerance.latents)
  })
}

/** NHWC in [0, 1], as stored. */
function unitPicture({ planes }: MadePicture): Float32Array {
  const area = planes.width * planes.height
  const result = new Float32Array(area * 3)
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) {
      const value = (planes.data[c * area + i] as number) / 2 + 0.5
      result[i * 3 + c] = Math.min(Math.max(value, 0), 1)
    }
  }
  return result
}
