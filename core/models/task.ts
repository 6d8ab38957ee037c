import { randomBytes } from 'node:crypto'
import { SanggarError } from '../../contract/errors.ts'
import {
  type ControlUse,
  type GenerateRequest,
  type JobRequest,
  finishScale,
} from '../../contract/generation.ts'
import type { Capability, Model } from '../../contract/model.ts'
import type { GenerateTask, InferenceTask } from '../../inference/protocol.ts'
import type { Library } from '../library/library.ts'
import type { ModelRegistry } from './model-registry.ts'

/** A request with everything drawn or defaulted that has to be the same when it is done again. */
export async function settle(request: JobRequest, models: ModelRegistry): Promise<JobRequest> {
  if (request.kind !== 'generate') return request
  return {
    ...request,
    // 32 bits: what people can read, type and paste into other programs.
    seed: request.seed ?? String(randomBytes(4).readUInt32BE(0)),
    finish: await finishFor(request, models),
  }
}

async function finishFor(
  { finish, model, mask }: GenerateRequest,
  models: ModelRegistry,
): Promise<GenerateRequest['finish']> {
  if (finish !== 'auto') return finish
  // A picture that is repainted in part keeps its size.
  return mask === undefined ? ((await models.usualFinish(model)) ?? 'none') : 'none'
}

/** What the inference process is asked, with the pixels of the pictures that the request names. */
export async function taskOf(
  request: JobRequest,
  made: number,
  { models, library }: { models: ModelRegistry; library: Library },
): Promise<InferenceTask> {
  if (request.kind === 'generate') return generateTask(request, made, models, library)
  const image = await library.readPixels(request.image)
  if (request.kind === 'upscale') {
    const model =
      request.model === 'auto'
        ? await firstCapable(models, 'upscale', `upscale-${request.scale}x`)
        : await models.get(request.model)
    return { kind: 'upscale', model: model.passport.path, scale: request.scale, image }
  }
  if (request.kind === 'face') {
    const { area, fidelity, strength } = request
    const { path } = (await named(models, request.model, 'face')).passport
    return { kind: 'face', model: path, area, fidelity, strength, image }
  }
  if (request.kind === 'cutout') {
    const { path } = (await named(models, request.model, 'cutout')).passport
    return { kind: 'cutout', model: path, image }
  }
  const { strength, noise, jpeg, colour } = request
  const model = await firstCapable(models, 'restore')
  return {
    kind: 'restore',
    model: model.passport.path,
    strength,
    noise,
    jpeg,
    colour,
    image,
    ...(request.mask === undefined ? {} : { mask: await library.readMask(request.mask) }),
  }
}

/** The model that was named, which must be able to, or the first that is. */
async function named(models: ModelRegistry, id: string, capability: Capability): Promise<Model> {
  if (id === 'auto') return firstCapable(models, capability)
  const model = await models.get(id)
  if (!model.passport.capabilities.includes(capability)) {
    throw new SanggarError({ code: 'capability-missing', model: id, capability })
  }
  return model
}

/** Requests that were kept before there were controls have none. */
export function controlsOf({ controls = [] }: { controls?: ControlUse[] }): ControlUse[] {
  return controls
}

async function generateTask(
  request: GenerateRequest,
  made: number,
  models: ModelRegistry,
  library: Library,
): Promise<GenerateTask> {
  const place = await models.resolve(request.model)
  if (request.mask !== undefined && request.image === undefined) {
    throw new SanggarError({ code: 'picture-required' })
  }
  const adapters = await Promise.all(
    request.adapters.map(async ({ id, scale }) => ({ path: (await models.resolve(id)).path, scale })),
  )
  const controls = await Promise.all(
    controlsOf(request).map(async ({ model, image, ...use }) => ({
      ...(await library.readPixels(image)),
      ...(model === undefined ? {} : { model: (await models.resolve(model)).path }),
      ...use,
    })),
  )
  const scale = finishScale(request.finish)
  const finish =
    scale === 1
      ? undefined
      : { model: (await firstCapable(models, 'upscale', request.finish)).passport.path, scale }
  return {
    kind: 'generate',
    model: place.path,
    ...(place.override === undefined ? {} : { override: place.override }),
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    ...(request.furtherPrompts === undefined ? {} : { furtherPrompts: request.furtherPrompts }),
    ...(request.width === undefined ? {} : { width: request.width }),
    ...(request.height === undefined ? {} : { height: request.height }),
    ...(request.steps === undefined ? {} : { steps: request.steps }),
    ...(request.guidanceScale === undefined ? {} : { guidanceScale: request.guidanceScale }),
    scheduler: request.scheduler,
    ...seedsOfTask(request, made),
    ...(request.image === undefined
      ? {}
      : {
          image: {
            ...(await library.readPixels(request.image.id)),
            strength: request.image.strength,
            resize: request.image.resize,
          },
        }),
    ...(request.mask === undefined
      ? {}
      : {
          mask: {
            ...(await library.readMask(request.mask.id)),
            feather: request.mask.feather,
            onlyMasked: request.mask.onlyMasked,
            padding: request.mask.padding,
          },
        }),
    adapters,
    clipSkip: request.clipSkip,
    ...(request.guidance === undefined ? {} : { guidance: request.guidance }),
    ...(controls.length === 0 ? {} : { controls }),
    ...(controls.length === 0 || request.guessMode !== true ? {} : { guessMode: true }),
    ...(finish === undefined ? {} : { finish }),
  }
}

/** With a variation the seed stays and the second seed counts, as in A1111. */
function seedsOfTask(
  { seed = '0', count, variation }: GenerateRequest,
  made: number,
): Pick<GenerateTask, 'seeds' | 'variation'> {
  if (variation === undefined) return { seeds: seedsOf(seed, count).slice(made) }
  return {
    seeds: Array.from({ length: count - made }, () => seed),
    variation: { seeds: seedsOf(variation.seed, count).slice(made), strength: variation.strength },
  }
}

/** seed, seed+1, …, going round at 2^64. */
export function seedsOf(seed: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(BigInt.asUintN(64, BigInt(seed) + BigInt(index))))
}

export async function firstCapable(
  models: ModelRegistry,
  capability: Capability,
  preferred?: string,
): Promise<Model> {
  const able = (await models.list()).filter(
    (model) => model.state === 'ready' && model.passport.capabilities.includes(capability),
  )
  const found =
    able.find((model) => model.id === models.chosenFor(capability)) ??
    able.find((model) => model.id === preferred) ??
    (preferred === undefined ? able[0] : undefined)
  if (found === undefined) {
    throw new SanggarError({ code: 'capability-missing', model: preferred ?? '', capability })
  }
  return found
}
