import { SanggarError } from '../../contract/errors.ts'
import type { Planes } from '../images/pixels.ts'
import type { ModelParts } from '../model-parts.ts'
import { createScheduler } from '../schedulers/scheduler.ts'
import { decodeLatents } from '../vae/decode.ts'
import { type LatentCheckpoint, type StepReport, denoise } from './denoise.ts'
import { inputChannels } from './latent-space.ts'
import { checkOutput } from './output-check.ts'
import type { Conditioned, Family, LatentSpace, PictureRequest, Prepared, RunContext } from './pipeline.ts'
import { prepareLatents } from './prepare.ts'

export type PictureHooks = {
  /** the prompts of an earlier picture of the same request, so that they need not be encoded again */
  conditioned?: Conditioned
  onStep?: (
    step: StepReport,
    geometry: { shape: Prepared['shape']; space: LatentSpace },
  ) => Promise<void> | void
  /** goes on from a snapshot; `context.noise` must be as it was then after the preparation */
  resume?: { checkpoint: LatentCheckpoint; restoreNoise: () => void }
}

export type MadePicture = {
  /** [1, 3, height, width], about [-1, 1] */
  planes: Planes
  latents: Float32Array
  shape: Prepared['shape']
  space: LatentSpace
  conditioned: Conditioned
  /** steps that were run */
  steps: number
}

/** Loading takes seconds and more for large models; a step that has not begun should not look slow. */
async function openDenoiser(context: RunContext, parts: ModelParts): Promise<void> {
  const name = parts.components.unet === undefined ? 'transformer' : 'unet'
  if (context.sessions.isOpen(name)) return
  context.stage('loading')
  await context.pause()
  await context.sessions.session(name)
}

/** One picture, from request to pixels: encode, prepare, denoise, decode. Throws `SanggarError`. */
export async function makePicture(
  family: Family,
  parts: ModelParts,
  context: RunContext,
  request: PictureRequest,
  hooks: PictureHooks = {},
): Promise<MadePicture> {
  const space = family.latentSpace(parts)
  const shape: Prepared['shape'] = [
    1,
    space.channels,
    Math.trunc(request.height / space.factor),
    Math.trunc(request.width / space.factor),
  ]
  const scheduler = createScheduler(request.scheduler, {
    steps: request.steps,
    strengthRule: family.strengthRule,
    batchShape: shape,
    ...(request.image === undefined ? {} : { strength: request.strength ?? 1 }),
    ...(request.eta === undefined ? {} : { eta: request.eta }),
    ...family.scheduling?.(request, parts),
    ...(request.timesteps === undefined ? {} : { timesteps: request.timesteps }),
    ...(request.sigmas === undefined ? {} : { sigmas: request.sigmas }),
    ...(request.mu === undefined ? {} : { mu: request.mu }),
  })
  const { begin, timesteps } = scheduler.schedule
  const resumed = hooks.resume?.checkpoint
  if (resumed !== undefined) checkShape(resumed.latents, shape, space)

  context.stage('encoding')
  const conditioned = hooks.conditioned ?? (await family.encode(context, request))
  const seesMask = (inputChannels(parts) ?? space.channels) > space.channels
  const prepared = await prepareLatents(context, request, scheduler, shape, space, seesMask)
  await context.sessions.finished('vae_encoder')
  const predict = await conditioned.denoiser({
    space,
    shape,
    begin,
    calls: timesteps.length,
    ...(prepared.inpainting === undefined ? {} : { inpainting: prepared.inpainting }),
  })

  await openDenoiser(context, parts)
  context.stage('denoising')
  hooks.resume?.restoreNoise()
  const latents = await denoise({
    scheduler,
    predict,
    noise: (length) => {
      const drawn = context.noise.randn(length)
      return family.stepNoise?.(drawn, shape) ?? drawn
    },
    pause: () => context.pause(),
    start: resumed ?? {
      index: begin,
      latents: prepared.latents,
      scheduler: scheduler.initialState(),
    },
    ...(prepared.blend === undefined ? {} : { blend: prepared.blend }),
    ...(hooks.onStep === undefined
      ? {}
      : { onStep: (step: StepReport) => hooks.onStep?.(step, { shape, space }) }),
  })
  checkOutput(latents, 'denoising')
  await context.sessions.finished(
    'unet',
    'transformer',
    'controlnet',
    'controlnet_1',
    'controlnet_2',
    'controlnet_3',
  )

  const planes = await decodePicture(family, parts, context, latents, shape)
  return { planes, latents, shape, space, conditioned, steps: timesteps.length - begin }
}

/** The last stage alone. Throws 'checkpoint-unusable' for latents that are not this model's. */
export async function decodePicture(
  family: Family,
  parts: ModelParts,
  context: RunContext,
  latents: Float32Array,
  shape: Prepared['shape'],
): Promise<Planes> {
  const space = family.latentSpace(parts)
  checkShape(latents, shape, space)
  context.stage('decoding')
  const planes = await decodeLatents(context, latents, shape, space)
  await context.sessions.finished('vae_decoder')
  return planes
}

function checkShape(latents: Float32Array, shape: Prepared['shape'], space: LatentSpace): void {
  const [, channels, height, width] = shape
  if (channels !== space.channels || latents.length !== channels * height * width) {
    throw new SanggarError({ code: 'checkpoint-unusable', id: `${latents.length}` })
  }
}
