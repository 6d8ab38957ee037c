import { encodeClip } from '../text-encoders/clip.ts'
import { numberIn } from '../model-parts.ts'
import type { Tensor } from '../tensor.ts'
import { controlNets } from './control-net.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import { hasInput, latentSpaceOf, sizeLimits, stableDiffusionScheduler } from './latent-space.ts'
import type { Conditioned, Family } from './pipeline.ts'
import { observeFirst, withMask } from './stable-diffusion.ts'

const usual = { channels: 4, factor: 8, scale: 0.18215, shift: 0 }

/**
 * Latent consistency models: guidance is an embedding that the UNet takes, there is no unconditional half.
 * Luo et al. 2023, https://arxiv.org/abs/2310.04378
 */
export const lcm: Family = {
  id: 'lcm',
  schedule: 'diffusion',
  strengthRule: 'consistency',
  scheduler: { ...stableDiffusionScheduler, _class_name: 'LCMScheduler', original_inference_steps: 50 },
  recognises: (parts) => hasInput(parts, 'unet', 'timestep_cond'),
  latentSpace: (parts) => latentSpaceOf(parts, usual),
  limits: (parts) => ({
    ...sizeLimits(parts, latentSpaceOf(parts, usual), 512),
    defaultSteps: 4,
    maximumSteps: 50,
    defaultGuidance: 8.5,
    negativePrompt: false,
    options: ['clip-skip', 'controls'],
  }),
  async encode(context, request): Promise<Conditioned> {
    const text = await encodeClip(
      context,
      'text_encoder',
      { text: request.prompt, syntax: request.promptSyntax },
      request.clipSkip,
    )
    context.observe?.('encode_prompt.0', text)
    await context.sessions.finished('text_encoder')
    const { unet } = context.sessions.parts.components
    const declared = unet?.shapes['timestep_cond']?.[1]
    const width =
      numberIn(unet?.config, 'time_cond_proj_dim') ?? (typeof declared === 'number' ? declared : 256)
    const guidance = guidanceEmbedding(request.guidanceScale - 1, width)
    return {
      denoiser(prepared) {
        const control = controlNets(context, request, prepared)
        const buffers: DenoiserBuffers = new Map()
        return async (input) => {
          const feeds = {
            sample: withMask(input, prepared),
            timestep: { scalar: input.timestep },
            encoder_hidden_states: text,
            timestep_cond: guidance,
          }
          const plain = { ...feeds, sample: { data: input.sample, shape: [...prepared.shape] } }
          const residuals = await control(plain, input.index, true)
          const outputs = await callDenoiser(context, 'unet', [{ ...feeds, ...residuals }], buffers)
          observeFirst(context.observe, input, prepared, outputs)
          return outputs[0] as Float32Array
        }
      },
    }
  },
}

/**
 * Sines, then cosines of w at falling frequencies. In float32 like the reference: its products reach 7500, where
 * doubles would differ by 2e-4 in the sine.
 */
function guidanceEmbedding(w: number, width: number): Tensor {
  const half = width >> 1
  const step = Math.fround(Math.log(10_000) / (half - 1))
  const scaled = Math.fround(Math.fround(w) * 1000)
  const data = new Float32Array(width)
  for (let i = 0; i < half; i++) {
    const angle = Math.fround(scaled * Math.fround(Math.exp(Math.fround(i * -step))))
    data[i] = Math.sin(angle)
    data[half + i] = Math.cos(angle)
  }
  return { data, shape: [1, width] }
}
