import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { readSafetensorsHeader, readTensor } from '../inference/checkpoints/safetensors.ts'
import { createScheduler, type ScheduleOptions, type Scheduler } from '../inference/schedulers/scheduler.ts'
import { beyond, relativeDifference } from './comparison.ts'

/** The part of schedulers/<id>.json that is compared; see the reference's README, section 1. */
export type SchedulerCase = {
  id: string
  scheduler_class: string
  constructor_args: Record<string, unknown>
  resolved_config: Record<string, unknown>
  num_inference_steps: number
  set_timesteps_kwargs: { mu?: number; sigmas?: number[]; timesteps?: number[]; strength?: number }
  step_kwargs: {
    eta?: number
    use_clipped_model_output?: boolean
    order?: number
    s_churn?: number
    s_tmin?: number
    s_tmax?: number
    s_noise?: number
  }
  order: number
  timesteps: number[]
  timesteps_dtype: string
  sigmas?: number[]
  init_noise_sigma: number
  fake_model: 'A' | 'B'
  img2img: { strength: number; begin_index: number } | null
  noise_step_indices?: number[]
  scale_model_input_is_identity: boolean
}

type Tensors = { [name: string]: Float32Array | undefined; start: Float32Array }

/** All tensors of a safetensors file, widened to float32. */
export async function readTensors(path: string): Promise<Record<string, Float32Array>> {
  const file = await readSafetensorsHeader(path)
  const entries = await Promise.all(
    [...file.tensors.keys()].map(async (name) => [name, (await readTensor(file, name)).data] as const),
  )
  return Object.fromEntries(entries)
}

export function optionsOf(record: SchedulerCase): ScheduleOptions {
  const { mu, sigmas, timesteps, strength } = record.set_timesteps_kwargs
  const { eta, s_churn, s_tmin, s_tmax, s_noise, order } = record.step_kwargs
  const given = (name: string, value: unknown): object =>
    value === undefined || value === null ? {} : { [name]: value }
  const strengthRule = record.scheduler_class.startsWith('FlowMatch') ? 'flow' : 'diffusion'
  return {
    steps: record.num_inference_steps,
    ...given('mu', mu),
    ...given('sigmas', sigmas),
    ...given('timesteps', timesteps),
    ...(typeof strength === 'number' ? { strength, strengthRule: 'consistency' as const } : {}),
    ...(record.img2img === null || record.img2img === undefined
      ? {}
      : { strength: record.img2img.strength, strengthRule }),
    ...given('eta', eta),
    ...given('order', order),
    ...given('limitsNoise', record.step_kwargs.use_clipped_model_output),
    ...(s_churn === undefined
      ? {}
      : {
          churn: {
            amount: s_churn,
            ...given('minimum', s_tmin),
            ...given('maximum', s_tmax),
            ...given('noise', s_noise),
          },
        }),
  }
}

export async function compareCase(folder: string, id: string): Promise<string[]> {
  const record = JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8')) as SchedulerCase
  const tensors = (await readTensors(join(folder, `${id}.safetensors`))) as Tensors
  const common = await readTensors(join(folder, 'common.safetensors'))
  const named = { ...record.constructor_args, _class_name: record.scheduler_class }
  const scheduler = createScheduler(named, optionsOf(record))
  const resolved = { ...record.resolved_config, _class_name: record.scheduler_class }
  return [
    ...compareSchedule(record, scheduler),
    ...compareSchedule(record, createScheduler(resolved, optionsOf(record))),
    ...compareStart(record, scheduler, tensors.start, common),
    ...compareTrace(record, scheduler, tensors, true),
    ...compareTrace(record, scheduler, tensors, false),
  ]
}

function compareSchedule(record: SchedulerCase, { schedule }: Scheduler): string[] {
  const whole = record.timesteps_dtype.startsWith('int')
  const sigmas = record.sigmas
  return [
    ...compareTimesteps(schedule.timesteps, record.timesteps, whole),
    ...(sigmas === undefined ? [] : compareSigmas(schedule.sigmas ?? [], sigmas)),
    ...beyond('init noise', Math.abs(schedule.initNoiseSigma / record.init_noise_sigma - 1), 1e-6),
    ...beyond('order', Math.abs(schedule.order - record.order), 0),
    ...beyond('begin', Math.abs(schedule.begin - (record.img2img?.begin_index ?? 0)), 0),
  ]
}

export function compareTimesteps(
  actual: readonly number[],
  expected: readonly number[],
  whole: boolean,
): string[] {
  if (actual.length !== expected.length) return [`${actual.length} timesteps, not ${expected.length}`]
  const difference = Math.max(...actual.map((t, i) => Math.abs(t - (expected[i] as number))))
  return beyond('timesteps', difference, whole ? 0 : 1e-3)
}

/** Each relative to itself: the small ones matter as much as the large. */
export function compareSigmas(actual: readonly number[], expected: readonly number[]): string[] {
  if (actual.length !== expected.length) return [`${actual.length} sigmas, not ${expected.length}`]
  const differences = expected.map((sigma, i) => {
    const own = actual[i] as number
    return own === sigma ? 0 : Math.abs(own - sigma) / Math.abs(sigma)
  })
  return beyond('sigmas', Math.max(...differences), 1e-6)
}

function compareStart(
  record: SchedulerCase,
  scheduler: Scheduler,
  start: Float32Array,
  common: Record<string, Float32Array>,
): string[] {
  const noise = common['x_T'] ?? new Float32Array()
  const clean = common['x_0'] ?? new Float32Array()
  const begin = scheduler.schedule.begin
  const own =
    record.img2img === null || record.img2img === undefined
      ? noise.map((value) => value * scheduler.schedule.initNoiseSigma)
      : scheduler.addNoise(clean, noise, begin)
  return beyond('start', relativeDifference(own, start), 1e-6)
}

/** The whole run, with the stored model outputs or with the reference's made-up model. */
function compareTrace(
  record: SchedulerCase,
  scheduler: Scheduler,
  tensors: Tensors,
  injected: boolean,
): string[] {
  const { timesteps, begin } = scheduler.schedule
  const size = tensors.start.length
  const row = (name: string, i: number): Float32Array | undefined =>
    tensors[name]?.subarray(i * size, (i + 1) * size)
  if (injected && tensors['model_outputs'] === undefined) return []
  const tolerance = injected ? 1e-5 : 1e-4
  const problems: string[] = []
  const drawnAt: number[] = []
  let sample: Float32Array = tensors.start
  let state = scheduler.initialState()
  const kind = injected ? 'injected' : 'self-driven'

  for (let index = begin; index < timesteps.length; index++) {
    const i = index - begin
    const input = scheduler.scaleInput(sample, index)
    const t = timesteps[index] as number
    const modelOutput = injected ? row('model_outputs', i) : fakeModel(record.fake_model, input, t)
    if (modelOutput === undefined) return [`no model output ${i}`]
    // Nothing finite follows from what the reference's own overflow was fed.
    if (injected && !modelOutput.every(Number.isFinite)) return problems
    const noise = (): Float32Array => {
      drawnAt.push(i)
      return row('noises', drawnAt.length - 1) ?? new Float32Array(size).fill(Number.NaN)
    }
    const before = injected ? row('scaled_inputs', i) : undefined
    if (before !== undefined) {
      problems.push(
        ...beyond(`scaled input ${i}`, relativeDifference(input, finiteOnly(before, input)), tolerance),
      )
    }
    if (record.scale_model_input_is_identity && input !== sample) problems.push('the input is scaled')
    const output = scheduler.step(state, { index, sample, modelOutput, noise })
    const expected = finiteOnly(row('samples', i) ?? new Float32Array(), output.sample)
    problems.push(...beyond(`${kind} sample ${i}`, relativeDifference(output.sample, expected), tolerance))
    const denoised = injected ? row('pred_original', i) : undefined
    if (denoised !== undefined) {
      problems.push(...beyond(`denoised ${i}`, relativeDifference(output.denoised, denoised), tolerance))
    }
    if (problems.length > 3) break
    sample = output.sample
    state = output.state
  }
  const wanted = record.noise_step_indices ?? []
  if (problems.length === 0 && drawnAt.join() !== wanted.join()) {
    problems.push(`noise drawn at ${drawnAt.join()}, not ${wanted.join()}`)
  }
  return problems
}

/** Where the reference itself is not finite, we must be, with whatever value. */
function finiteOnly(expected: Float32Array, own: Float32Array): Float32Array {
  return expected.map((value, i) => {
    if (Number.isFinite(value)) return value
    return Number.isFinite(own[i]) ? (own[i] as number) : 0
  })
}

function fakeModel(kind: 'A' | 'B', x: Float32Array, t: number): Float32Array {
  return kind === 'A'
    ? x.map((value) => 0.3 * Math.sin(value) + 0.1 * value * Math.cos(t / 250))
    : x.map((value) => 0.9 * Math.tanh(value) + 0.05 * value * Math.cos(t / 100))
}
