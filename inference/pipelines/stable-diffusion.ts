import { encodeClip } from '../text-encoders/clip.ts'
import { type Tensor, concatenate } from '../tensor.ts'
import { controlNets } from './control-net.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import { guided } from './guidance.ts'
import { hasInput, latentSpaceOf, sizeLimits, stableDiffusionScheduler } from './latent-space.ts'
import type { Conditioned, Family, Prepared, PredictInput } from './pipeline.ts'

const usual = { channels: 4, factor: 8, scale: 0.18215, shift: 0 }

/**
 * Stable Diffusion 1.x and 2.x, epsilon and v, 4 and 9 channels, with ControlNets.
 * Rombach et al. 2022, https://arxiv.org/abs/2112.10752
 */
export const stableDiffusion: Family = {
  id: 'stable-diffusion',
  schedule: 'diffusion',
  strengthRule: 'diffusion',
  scheduler: stableDiffusionScheduler,
  recognises: (parts) =>
    parts.components.unet !== undefined &&
    !hasInput(parts, 'unet', 'text_embeds') &&
    !hasInput(parts, 'unet', 'timestep_cond'),
  latentSpace: (parts) => latentSpaceOf(parts, usual),
  limits: (parts) => ({
    ...sizeLimits(parts, latentSpaceOf(parts, usual), 512),
    defaultSteps: 25,
    maximumSteps: 150,
    defaultGuidance: 7.5,
    negativePrompt: true,
    options: ['clip-skip', 'guidance-rescale', 'controls'],
  }),
  async encode(context, request): Promise<Conditioned> {
    const guides = request.guidanceScale > 1
    const syntax = request.promptSyntax
    const positive = await encodeClip(
      context,
      'text_encoder',
      { text: request.prompt, syntax },
      request.clipSkip,
    )
    context.observe?.('encode_prompt.0', positive)
    // As in the reference, layers are skipped for the prompt only.
    const negative = guides
      ? await encodeClip(context, 'text_encoder', { text: request.negativePrompt ?? '', syntax })
      : undefined
    if (negative !== undefined) context.observe?.('encode_prompt.1', negative)
    await context.sessions.finished('text_encoder')

    return {
      denoiser(prepared) {
        const control = controlNets(context, request, prepared)
        const buffers: DenoiserBuffers = new Map()
        return async (input) => {
          const sample = withMask(input, prepared)
          const halves = negative === undefined ? [positive] : [negative, positive]
          const sets = []
          for (const text of halves) {
            const feeds = { sample, timestep: { scalar: input.timestep }, encoder_hidden_states: text }
            // A ControlNet sees the latents alone, also beside a UNet that sees a mask.
            const plain = { ...feeds, sample: { data: input.sample, shape: [...prepared.shape] } }
            const residuals = await control(plain, input.index, text === positive)
            sets.push({ ...feeds, ...residuals })
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

/** What the denoiser sees: the sample, and for 9 channels mask and masked picture behind it. */
export function withMask(input: PredictInput, { shape, inpainting }: Prepared): Tensor {
  const sample = { data: input.sample, shape: [...shape] }
  if (inpainting?.maskedLatents === undefined) return sample
  const [, , height, width] = shape
  return concatenate(
    [
      sample,
      { data: inpainting.mask, shape: [1, 1, height, width] },
      { data: inpainting.maskedLatents, shape: [...shape] },
    ],
    1,
  )
}

/** The raw outputs of the first call, batched as the reference keeps them. */
export function observeFirst(
  observe: ((name: string, tensor: Tensor) => void) | undefined,
  input: PredictInput,
  prepared: Prepared,
  outputs: Float32Array[],
): void {
  if (observe === undefined || input.index !== prepared.begin) return
  const [, ...rest] = prepared.shape
  observe(
    'denoiser_out_0',
    concatenate(
      outputs.map((data) => ({ data, shape: [1, ...rest] })),
      0,
    ),
  )
}
