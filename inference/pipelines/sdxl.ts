import { SanggarError } from '../../contract/errors.ts'
import { encodeSideBySide } from '../text-encoders/clip.ts'
import { type Tensor, zeros } from '../tensor.ts'
import { controlNets } from './control-net.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import { guided } from './guidance.ts'
import { hasInput, latentSpaceOf, sizeLimits, stableDiffusionScheduler } from './latent-space.ts'
import type { Conditioned, Family, PictureRequest, RunContext } from './pipeline.ts'
import { observeFirst, withMask } from './stable-diffusion.ts'

const usual = { channels: 4, factor: 8, scale: 0.13025, shift: 0 }

/**
 * Stable Diffusion XL with its distilled children (Turbo, Lightning: the same graphs, few steps, guidance off).
 * Podell et al. 2023, https://arxiv.org/abs/2307.01952
 */
export const sdxl: Family = {
  id: 'sdxl',
  schedule: 'diffusion',
  strengthRule: 'diffusion',
  scheduler: {
    ...stableDiffusionScheduler,
    _class_name: 'EulerDiscreteScheduler',
    timestep_spacing: 'leading',
  },
  recognises: (parts) => hasInput(parts, 'unet', 'text_embeds'),
  latentSpace: (parts) => latentSpaceOf(parts, usual),
  limits: (parts) => {
    const distilled = /turbo|lightning|hyper|lcm/i.test(parts.path) || isTrailing(parts.scheduler)
    return {
      ...sizeLimits(parts, latentSpaceOf(parts, usual), 1024),
      defaultSteps: distilled ? 4 : 30,
      maximumSteps: 150,
      defaultGuidance: distilled ? 0 : 5,
      negativePrompt: true,
      options: ['clip-skip', 'guidance-rescale', 'size-conditioning', 'second-prompt', 'controls'],
    }
  },
  async encode(context, request): Promise<Conditioned> {
    const positive = await encodeBoth(
      context,
      [request.prompt, request.prompt2],
      request.promptSyntax,
      request.clipSkip,
    )
    context.observe?.('encode_prompt.0', positive.hidden)
    context.observe?.('encode_prompt.2', positive.pooled)
    const negative = request.guidanceScale > 1 ? await encodeNegative(context, request, positive) : undefined
    if (negative !== undefined) {
      context.observe?.('encode_prompt.1', negative.hidden)
      context.observe?.('encode_prompt.3', negative.pooled)
    }
    await context.sessions.finished('text_encoder', 'text_encoder_2')
    const timeIds = timeIdsOf(request)
    const negativeTimeIds = negativeTimeIdsOf(request)

    return {
      denoiser(prepared) {
        const control = controlNets(context, request, prepared)
        const buffers: DenoiserBuffers = new Map()
        return async (input) => {
          const sample = withMask(input, prepared)
          const sets = []
          for (const text of negative === undefined ? [positive] : [negative, positive]) {
            const feeds = {
              sample,
              timestep: { scalar: input.timestep },
              encoder_hidden_states: text.hidden,
              text_embeds: text.pooled,
              time_ids: text === positive ? timeIds : negativeTimeIds,
            }
            const plain = { ...feeds, sample: { data: input.sample, shape: [...prepared.shape] } }
            sets.push({ ...feeds, ...(await control(plain, input.index, text === positive)) })
          }
          const outputs = await callDenoiser(context, 'unet', sets, buffers)
          observeFirst(context.observe, input, prepared, outputs)
          const [first, second] = outputs as [Float32Array, Float32Array | undefined]
          if (second === undefined) return first
          return guided(first, second, request.guidanceScale, request.guidanceRescale)
        }
      },
    }
  },
}

type Text = { hidden: Tensor; pooled: Tensor }

/** Both encoders' last hidden state but one, side by side, and the second one's projection. */
async function encodeBoth(
  context: RunContext,
  [prompt, prompt2]: [string, string | undefined],
  syntax: PictureRequest['promptSyntax'],
  clipSkip = 0,
): Promise<Text> {
  // The refiner has the second encoder only.
  const texts = context.sessions.has('text_encoder')
    ? ([['text_encoder', { text: prompt, syntax }]] as const)
    : []
  const both = [...texts, ['text_encoder_2', { text: prompt2 || prompt, syntax }]] as const
  const { hidden, pooled } = await encodeSideBySide(context, both, clipSkip)
  const last = pooled.at(-1)
  if (last === undefined) {
    const capability = 'text encoder output text_embeds'
    throw new SanggarError({ code: 'capability-missing', model: context.sessions.parts.path, capability })
  }
  return { hidden, pooled: last }
}

/**
 * No negative prompt at all is zeros, unless the model's index says that it is an empty prompt. Layers are skipped
 * for the prompt only, as in the reference.
 */
async function encodeNegative(context: RunContext, request: PictureRequest, positive: Text): Promise<Text> {
  const { negativePrompt, negativePrompt2 } = request
  const forced = context.sessions.parts.index['force_zeros_for_empty_prompt'] ?? true
  if (negativePrompt === undefined && forced === true) {
    return { hidden: zeros(positive.hidden.shape), pooled: zeros(positive.pooled.shape) }
  }
  const negative = negativePrompt ?? ''
  return encodeBoth(context, [negative, negativePrompt2], request.promptSyntax)
}

/** original height, width, crop top, left, target height, width */
function timeIdsOf({ width, height, originalSize, cropTopLeft, targetSize }: PictureRequest): Tensor {
  const size = [height, width]
  const ids = [...(originalSize ?? size), ...(cropTopLeft ?? [0, 0]), ...(targetSize ?? size)]
  return { data: Float32Array.from(ids), shape: [1, 6] }
}

function negativeTimeIdsOf(request: PictureRequest): Tensor {
  const { negativeOriginalSize: originalSize, negativeTargetSize: targetSize } = request
  if (originalSize === undefined || targetSize === undefined) return timeIdsOf(request)
  return timeIdsOf({
    ...request,
    originalSize,
    targetSize,
    cropTopLeft: request.negativeCropTopLeft ?? [0, 0],
  })
}

function isTrailing(scheduler: Record<string, unknown> | undefined): boolean {
  return scheduler?.['timestep_spacing'] === 'trailing'
}
