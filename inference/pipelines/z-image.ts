import { encodeChat } from '../text-encoders/qwen.ts'
import { sentence } from '../text-encoders/sentence.ts'
import { className } from '../model-parts.ts'
import type { Tensor } from '../tensor.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import { norm } from './guidance.ts'
import { hasInput, latentSpaceOf, sizeLimits } from './latent-space.ts'
import { torchLinspace } from '../schedulers/number-series.ts'
import { dynamicShiftMu } from '../schedulers/scheduler.ts'
import type { Conditioned, Family, PictureRequest } from './pipeline.ts'

const usual = { channels: 16, factor: 8, scale: 0.3611, shift: 0.1159 }
const patch = 2
const longestPrompt = 512

/** Z-Image and Z-Image-Turbo: Z-Image Team 2025, https://arxiv.org/abs/2511.22699 */
export const zImage: Family = {
  id: 'z-image',
  schedule: 'flow',
  strengthRule: 'flow',
  scheduler: { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3, num_train_timesteps: 1000 },
  recognises: (parts) =>
    className(parts).startsWith('ZImage') ||
    (parts.components.transformer !== undefined &&
      !hasInput(parts, 'transformer', 'pooled_projections') &&
      parts.components.transformer.shapes['hidden_states']?.length === 5),
  latentSpace: (parts) => latentSpaceOf(parts, usual, patch),
  limits: (parts) => {
    const turbo = /turbo/i.test(parts.path)
    return {
      ...sizeLimits(parts, latentSpaceOf(parts, usual, patch), 1024),
      defaultSteps: turbo ? 8 : 28,
      maximumSteps: 100,
      defaultGuidance: turbo ? 0 : 4,
      negativePrompt: !turbo,
      options: ['guidance-truncation', 'guidance-normalisation', 'prompt-length'],
    }
  },
  scheduling(request, parts) {
    const { factor } = latentSpaceOf(parts, usual, patch)
    const tokens = Math.trunc(request.height / factor / patch) * Math.trunc(request.width / factor / patch)
    return {
      // torch's series, unlike Flux's of numpy: the last bit differs.
      sigmas: torchLinspace(1, 1 / request.steps, request.steps),
      mu: dynamicShiftMu(request.scheduler, tokens),
    }
  },
  async encode(context, request): Promise<Conditioned> {
    const length = request.maxSequenceLength ?? longestPrompt
    const encode = (text: string) =>
      encodeChat(context, 'text_encoder', sentence(text, request.promptSyntax), length)
    const positive = await encode(request.prompt)
    context.observe?.('encode_prompt.0.0', positive)
    const negative = request.guidanceScale > 0 ? await encode(request.negativePrompt ?? '') : undefined
    if (negative !== undefined) context.observe?.('encode_prompt.1.0', negative)
    await context.sessions.finished('text_encoder')

    return {
      denoiser(prepared) {
        const buffers: DenoiserBuffers = new Map()
        return async (input) => {
          const time = (1000 - input.timestep) / 1000
          const session = await context.sessions.session('transformer')
          const [, channels, height, width] = prepared.shape
          // Some exports leave out the axis of frames.
          const framed = session.input('hidden_states')?.shape.length !== 4
          const shape = framed ? [1, channels, 1, height, width] : [...prepared.shape]
          const feeds = (text: Tensor) => ({
            hidden_states: { data: input.sample, shape },
            timestep: { scalar: time },
            encoder_hidden_states: text,
          })
          const guides = negative !== undefined && time <= (request.guidanceTruncation ?? 1)
          const sets = guides ? [feeds(positive), feeds(negative)] : [feeds(positive)]
          const [first, second] = await callDenoiser(context, 'transformer', sets, buffers)
          if (input.index === prepared.begin) {
            for (const [i, data] of [first, second].entries()) {
              if (data !== undefined) context.observe?.(`denoiser_out_0.${i}`, { data, shape: [data.length] })
            }
          }
          return negated(first as Float32Array, second, request)
        }
      },
    }
  },
}

/** -(c + g (c - u)), its length held to that of c times `guidanceNormalisation`. The network points to noise. */
function negated(
  conditional: Float32Array,
  unconditional: Float32Array | undefined,
  request: PictureRequest,
): Float32Array {
  if (unconditional === undefined) return conditional.map((value) => -value)
  const scale = request.guidanceScale
  const result = Float32Array.from(
    conditional,
    (value, i) => value + Math.fround(scale * Math.fround(value - (unconditional[i] as number))),
  )
  const longest = (request.guidanceNormalisation ?? 0) * norm(conditional)
  const length = norm(result)
  const factor = longest > 0 && length > longest ? -longest / length : -1
  return result.map((value) => value * factor)
}
