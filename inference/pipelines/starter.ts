import { encodeIds, padded } from '../text-encoders/text-encoder.ts'
import { tellerOf, withWhatGoesWithoutSaying } from '../text-encoders/told.ts'
import type { Tensor } from '../tensor.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import { guided } from './guidance.ts'
import { latentSpaceOf, sizeLimits } from './latent-space.ts'
import { className, numberIn } from '../model-parts.ts'
import { flowSigmas } from '../schedulers/scheduler.ts'
import type { Conditioned, Family } from './pipeline.ts'

const usual = { channels: 4, factor: 8, scale: 1, shift: 0 }

/**
 * The model that ships with Sanggar: a text parser that answers 8 slots, and a velocity network on a straight
 * path between picture and noise (Liu et al. 2022, https://arxiv.org/abs/2209.03003). See models/training.
 */
export const starter: Family = {
  id: 'starter',
  schedule: 'flow',
  // What was trained and measured: 0.6 is four of eight steps, where diffusers' flows make five.
  strengthRule: 'diffusion',
  scheduler: { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 1, num_train_timesteps: 1000 },
  recognises: (parts) => className(parts) === 'SanggarStarterPipeline',
  latentSpace: (parts) => latentSpaceOf(parts, usual),
  limits: (parts) => {
    const size = sizeLimits(parts, latentSpaceOf(parts, usual), 256)
    return {
      ...size,
      // Trained on one size; other sizes would need other positions.
      minimum: size.defaultWidth,
      maximum: size.defaultWidth,
      defaultSteps: numberIn(parts.manifest, 'defaultSteps') ?? 8,
      maximumSteps: numberIn(parts.manifest, 'maxSteps') ?? 32,
      defaultGuidance: numberIn(parts.manifest, 'defaultGuidance') ?? 2,
      negativePrompt: true,
      options: [],
    }
  },
  scheduling: ({ steps }) => ({ sigmas: flowSigmas(steps) }),
  async encode(context, request): Promise<Conditioned> {
    const tell = tellerOf(context.sessions.parts)
    const encode = async (text: string): Promise<Tensor> => {
      const ids = await padded(context, 'text_encoder', tell(text))
      const [slots] = await encodeIds(context, 'text_encoder', ids, (available) => available.slice(0, 1))
      return slots as Tensor
    }
    const asked = await encode(request.prompt)
    const positive = request.image === undefined ? withWhatGoesWithoutSaying(asked) : asked
    context.observe?.('prompt_embeds', positive)
    const negative = request.guidanceScale === 1 ? undefined : await encode(request.negativePrompt ?? '')
    await context.sessions.finished('text_encoder')
    return {
      denoiser(prepared) {
        const buffers: DenoiserBuffers = new Map()
        return async (input) => {
          const feeds = (text: Tensor) => ({
            hidden_states: { data: input.sample, shape: [...prepared.shape] },
            timestep: { scalar: input.timestep / 1000 },
            encoder_hidden_states: text,
          })
          const sets = negative === undefined ? [feeds(positive)] : [feeds(negative), feeds(positive)]
          const [first, second] = await callDenoiser(context, 'transformer', sets, buffers)
          if (second === undefined) return first as Float32Array
          return guided(first as Float32Array, second, request.guidanceScale)
        }
      },
    }
  },
}
