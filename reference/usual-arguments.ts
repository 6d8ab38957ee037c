/** What the reference's pipelines take for arguments that a call leaves out, where ours have other defaults. */
const usual: readonly (readonly [pattern: RegExp, args: Record<string, unknown>])[] = [
  [/^StableDiffusion(?!XL|3)/, { num_inference_steps: 50, guidance_scale: 7.5 }],
  [/^StableDiffusionXL/, { num_inference_steps: 50, guidance_scale: 5 }],
  [/^StableDiffusionXLInpaint/, { guidance_scale: 7.5, strength: 0.9999 }],
  [/^StableDiffusionXL.*Img2Img/, { strength: 0.3 }],
  [/^StableDiffusion(?!XL|3).*Img2Img/, { strength: 0.8 }],
  [/^StableDiffusionInpaint/, { strength: 1 }],
  [/^StableDiffusionControlNetImg2Img/, { controlnet_conditioning_scale: 0.8 }],
  [/^StableDiffusion3/, { num_inference_steps: 28, guidance_scale: 7 }],
  [/^StableDiffusion3Img2Img/, { num_inference_steps: 50, strength: 0.6 }],
  [/^Flux/, { num_inference_steps: 28, guidance_scale: 3.5 }],
  [/^Flux(Img2Img|Inpaint)/, { guidance_scale: 7, strength: 0.6 }],
  [/^ZImage/, { num_inference_steps: 50, guidance_scale: 5 }],
  [/^ZImageImg2Img/, { strength: 0.6 }],
  [/^ZImageInpaint/, { strength: 1 }],
  [/^LatentConsistencyModel/, { num_inference_steps: 4, guidance_scale: 8.5 }],
  [/^LatentConsistencyModelImg2Img/, { strength: 0.8 }],
]

/** By the pipeline's class; the later line counts. */
export function usualArguments(pipelineClass: string): Record<string, unknown> {
  return Object.assign(
    {},
    ...usual.filter(([pattern]) => pattern.test(pipelineClass)).map(([, args]) => args),
  ) as Record<string, unknown>
}
