import type { ModelParts } from '../../inference/model-parts.ts'
import { ModelSessions } from '../../inference/model-sessions.ts'
import { makePicture } from '../../inference/pipelines/make-picture.ts'
import { familyOf } from '../../inference/pipelines/registry.ts'
import type { Tensor } from '../../inference/tensor.ts'
import { beyond, relativeDifference } from '../comparison.ts'

export type RunArguments = {
  prompt: string
  negative_prompt?: string
  guidance_scale: number
  height: number
  width: number
  num_inference_steps: number
}

export type Expected = { latentsAfterStep: Tensor; image: Tensor }

/** [1, height, width, channels] in [0, 1], as the reference keeps pictures */
type Made = { image: Tensor; steps: Float32Array[] }

/** Text to image from given latents. */
export async function makeFrom(
  parts: ModelParts,
  args: RunArguments,
  scheduler: Record<string, unknown>,
  latents: Tensor,
): Promise<Made> {
  const sessions = new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy: 'keep' })
  const steps: Float32Array[] = []
  try {
    const made = await makePicture(
      familyOf(parts),
      parts,
      {
        sessions,
        noise: { randn: (length) => new Float32Array(length) },
        pause: () => Promise.resolve(),
        stage: () => undefined,
        note: () => undefined,
      },
      {
        prompt: args.prompt,
        ...(args.negative_prompt === undefined ? {} : { negativePrompt: args.negative_prompt }),
        guidanceScale: args.guidance_scale,
        height: args.height,
        width: args.width,
        steps: args.num_inference_steps,
        scheduler,
        latents: latents.data,
      },
      {
        onStep: ({ latents: after }) => {
          steps.push(after.slice())
        },
      },
    )
    const { data, channels, width, height } = made.planes
    const area = width * height
    const image = Float32Array.from({ length: data.length }, (_, i) => {
      const value = data[(i % channels) * area + Math.floor(i / channels)] as number
      return Math.min(1, Math.max(0, value / 2 + 0.5))
    })
    return { image: { data: image, shape: [1, height, width, channels] }, steps }
  } finally {
    await sessions.releaseAll()
  }
}

/** The README's tolerances: latents relative 2e-5 after every step, the picture 1e-5. */
export async function compareRun(
  parts: ModelParts,
  args: RunArguments,
  scheduler: Record<string, unknown>,
  latents: Tensor,
  expected: Expected,
): Promise<string[]> {
  const { image, steps } = await makeFrom(parts, args, scheduler, latents)
  const length = latents.data.length
  return [
    ...steps.flatMap((after, step) => {
      const stored = expected.latentsAfterStep.data.subarray(step * length, (step + 1) * length)
      return beyond(`latents ${step + 1}`, relativeDifference(after, stored), 2e-5)
    }),
    ...beyond('image', relativeDifference(image.data, expected.image.data), 1e-5),
  ]
}
