import { encodePooled } from '../text-encoders/clip.ts'
import type { Port } from '../session.ts'
import { sentence } from '../text-encoders/sentence.ts'
import { encodeT5 } from '../text-encoders/t5.ts'
import { type Tensor, zeros } from '../tensor.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import { guided } from './guidance.ts'
import { hasInput, latentSpaceOf, sizeLimits } from './latent-space.ts'
import { packed, packedIds, unpacked } from './packing.ts'
import { dynamicShiftMu, flowSigmas } from '../schedulers/scheduler.ts'
import type { Conditioned, Family, RunContext } from './pipeline.ts'

const usual = { channels: 16, factor: 8, scale: 0.3611, shift: 0.1159 }
const patch = 2

/** FLUX.1 dev and schnell: Black Forest Labs 2024, https://github.com/black-forest-labs/flux */
export const flux: Family = {
  id: 'flux',
  schedule: 'flow',
  strengthRule: 'flow',
  scheduler: {
    _class_name: 'FlowMatchEulerDiscreteScheduler',
    shift: 3,
    use_dynamic_shifting: true,
    num_train_timesteps: 1000,
  },
  recognises: (parts) => hasInput(parts, 'transformer', 'img_ids'),
  latentSpace: (parts) => latentSpaceOf(parts, usual, patch),
  limits: (parts) => {
    const distilled = !hasInput(parts, 'transformer', 'guidance')
    return {
      ...sizeLimits(parts, latentSpaceOf(parts, usual, patch), 1024),
      defaultSteps: distilled ? 4 : 28,
      maximumSteps: 100,
      defaultGuidance: distilled ? 0 : 3.5,
      negativePrompt: false,
      options: ['true-guidance', 'prompt-length', 'second-prompt'],
    }
  },
  stepNoise: (drawn, [, channels, height, width]) => unpacked(drawn, channels, height, width),
  scheduling(request, parts) {
    const { factor } = latentSpaceOf(parts, usual, patch)
    const tokens = Math.trunc(request.height / factor / patch) * Math.trunc(request.width / factor / patch)
    return { sigmas: flowSigmas(request.steps), mu: dynamicShiftMu(request.scheduler, tokens) }
  },
  async encode(context, request): Promise<Conditioned> {
    const distilled = !hasInput(context.sessions.parts, 'transformer', 'guidance')
    const length = request.maxSequenceLength ?? (distilled ? 256 : 512)
    const trueScale = request.trueGuidanceScale ?? 1
    const { negativePrompt } = request
    const read = (text: string): string => sentence(text, request.promptSyntax)
    const positive = await encodePair(context, read(request.prompt), read(request.prompt2 ?? ''), length, '')
    const negative =
      trueScale > 1 && negativePrompt !== undefined
        ? await encodePair(
            context,
            read(negativePrompt),
            read(request.negativePrompt2 ?? ''),
            length,
            '_call1',
          )
        : undefined
    await context.sessions.finished('text_encoder', 'text_encoder_2')

    return {
      denoiser(prepared) {
        const buffers: DenoiserBuffers = new Map()
        return async (input) => {
          const session = await context.sessions.session('transformer')
          const [, channels, height, width] = prepared.shape
          const imageIds = packedIds(height, width)
          const tokens = packed(input.sample, channels, height, width)
          const feeds = (text: Text) => ({
            hidden_states: tokens,
            timestep: { scalar: input.timestep / 1000 },
            guidance: { scalar: request.guidanceScale },
            encoder_hidden_states: text.hidden,
            pooled_projections: text.pooled,
            txt_ids: ranked(session.input('txt_ids'), zeros([text.hidden.shape[1] ?? length, 3])),
            img_ids: ranked(session.input('img_ids'), imageIds),
          })
          const sets = negative === undefined ? [feeds(positive)] : [feeds(positive), feeds(negative)]
          const [first, second] = await callDenoiser(context, 'transformer', sets, buffers)
          if (input.index === prepared.begin) {
            context.observe?.('denoiser_out_0', { data: first as Float32Array, shape: tokens.shape })
          }
          const velocity = second === undefined ? first : guided(second, first as Float32Array, trueScale)
          return unpacked(velocity as Float32Array, channels, height, width)
        }
      },
    }
  },
}

/** Exports differ in whether the ids have a batch axis. */
function ranked(port: Port | undefined, ids: Tensor): Tensor {
  return port?.shape.length === 3 ? { data: ids.data, shape: [1, ...ids.shape] } : ids
}

type Text = { hidden: Tensor; pooled: Tensor }

async function encodePair(
  context: RunContext,
  prompt: string,
  prompt2: string,
  length: number,
  call: string,
): Promise<Text> {
  const pooled = await encodePooled(context, 'text_encoder', prompt)
  const hidden = await encodeT5(context, 'text_encoder_2', prompt2 || prompt, length)
  context.observe?.(`encode_prompt${call}.0`, hidden)
  context.observe?.(`encode_prompt${call}.1`, pooled)
  return { hidden, pooled }
}
