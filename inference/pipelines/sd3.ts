import { encodeSideBySide } from '../text-encoders/clip.ts'
import { sentence } from '../text-encoders/sentence.ts'
import { encodeT5 } from '../text-encoders/t5.ts'
import { numberIn } from '../model-parts.ts'
import { type Tensor, concatenate, zeros } from '../tensor.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import { guided } from './guidance.ts'
import { hasInput, latentSpaceOf, sizeLimits } from './latent-space.ts'
import { dynamicShiftMu } from '../schedulers/scheduler.ts'
import type { Conditioned, Family, PictureRequest, RunContext } from './pipeline.ts'
import { observeFirst } from './stable-diffusion.ts'

const usual = { channels: 16, factor: 8, scale: 1.5305, shift: 0.0609 }
const patch = 2
const longestPrompt = 256
const usualWidth = 4096

/** Stable Diffusion 3 and 3.5: Esser et al. 2024, https://arxiv.org/abs/2403.03206 */
export const sd3: Family = {
  id: 'sd3',
  schedule: 'flow',
  strengthRule: 'flow',
  scheduler: { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3, num_train_timesteps: 1000 },
  recognises: (parts) =>
    hasInput(parts, 'transformer', 'pooled_projections') && !hasInput(parts, 'transformer', 'img_ids'),
  latentSpace: (parts) => latentSpaceOf(parts, usual, patch),
  limits: (parts) => ({
    ...sizeLimits(parts, latentSpaceOf(parts, usual, patch), 1024),
    defaultSteps: 28,
    maximumSteps: 100,
    defaultGuidance: 5,
    negativePrompt: true,
    options: ['clip-skip', 'prompt-length', 'second-prompt', 'third-prompt'],
  }),
  scheduling(request, parts) {
    const { factor } = latentSpaceOf(parts, usual, patch)
    const tokens = Math.trunc(request.height / factor / patch) * Math.trunc(request.width / factor / patch)
    return { mu: dynamicShiftMu(request.scheduler, tokens) }
  },
  async encode(context, request): Promise<Conditioned> {
    const positive = await encodeAll(
      context,
      request,
      [request.prompt, request.prompt2, request.prompt3],
      request.clipSkip,
    )
    context.observe?.('encode_prompt.0', positive.hidden)
    context.observe?.('encode_prompt.2', positive.pooled)
    const { negativePrompt = '', negativePrompt2, negativePrompt3 } = request
    const negative =
      request.guidanceScale > 1
        ? await encodeAll(context, request, [negativePrompt, negativePrompt2, negativePrompt3])
        : undefined
    if (negative !== undefined) {
      context.observe?.('encode_prompt.1', negative.hidden)
      context.observe?.('encode_prompt.3', negative.pooled)
    }
    await context.sessions.finished('text_encoder', 'text_encoder_2', 'text_encoder_3')

    return {
      denoiser(prepared) {
        const buffers: DenoiserBuffers = new Map()
        return async (input) => {
          const feeds = (text: Text) => ({
            hidden_states: { data: input.sample, shape: [...prepared.shape] },
            encoder_hidden_states: text.hidden,
            pooled_projections: text.pooled,
            timestep: { scalar: input.timestep },
          })
          const sets = negative === undefined ? [feeds(positive)] : [feeds(negative), feeds(positive)]
          const outputs = await callDenoiser(context, 'transformer', sets, buffers)
          observeFirst(context.observe, input, prepared, outputs)
          const [first, second] = outputs as [Float32Array, Float32Array | undefined]
          return second === undefined ? first : guided(first, second, request.guidanceScale)
        }
      },
    }
  },
}

type Text = { hidden: Tensor; pooled: Tensor }

/** Both CLIPs side by side, widened with zeros to T5's width, and T5 behind them; zeros where T5 is left out. */
async function encodeAll(
  context: RunContext,
  request: PictureRequest,
  [prompt, prompt2, prompt3]: [string, string | undefined, string | undefined],
  clipSkip = 0,
): Promise<Text> {
  const syntax = request.promptSyntax
  const { hidden: clip, pooled } = await encodeSideBySide(
    context,
    [
      ['text_encoder', { text: prompt, syntax }],
      ['text_encoder_2', { text: prompt2 || prompt, syntax }],
    ],
    clipSkip,
    // OnnxStack exports the first encoder without its projection; its own program takes what there is.
    ['text_embeds', 'pooler_output'],
  )
  const length = request.maxSequenceLength ?? longestPrompt
  const config = context.sessions.parts.components.transformer?.config
  const t5 = context.sessions.has('text_encoder_3')
    ? await encodeT5(context, 'text_encoder_3', sentence(prompt3 || prompt, syntax), length)
    : zeros([1, length, numberIn(config, 'joint_attention_dim') ?? usualWidth])
  const missing = (t5.shape[2] ?? 0) - (clip.shape[2] ?? 0)
  const widened = missing > 0 ? concatenate([clip, zeros([1, clip.shape[1] ?? 0, missing])], 2) : clip
  return { hidden: concatenate([widened, t5], 1), pooled: concatenate(pooled, 1) }
}
