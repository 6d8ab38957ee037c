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

/**
 * Text to image from given latents. The README's tolerances: latents relative 2e-5, the picture 1e-5; `looser` for
 * runs that are longer or whose arithmetic is ordered otherwise.
 */
export async function compareRun(
  parts: ModelParts,
  args: RunArguments,
  scheduler: Record<string, unknown>,
  latents: Tensor,
  expected: Expected,
  looser = 1,
): Promise<string[]> {
  const sessions = new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy: 'keep' })
  const perStep = latents.data.length
  const problems: string[] = []
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
        onStep: ({ step, latents: after }) => {
          const stored = expected.latentsAfterStep.data.subarray((step - 1) * perStep, step * perStep)
          problems.push(...beyond(`latents ${step}`, relativeDifference(after, stored), 2e-5 * looser))
        },
      },
    )
    const { data, channels, width, height } = made.planes
    const area = width * height
    const image = Float32Array.from({ length: data.length }, (_, i) => {
      const value = data[(i % channels) * area + Math.floor(i / channels)] as number
      return Math.min(1, Math.max(0, value / 2 + 0.5))
    })
    problems.push(...beyond('image', relativeDifference(image, expected.image.data), 1e-5 * looser))
    return problems
  } finally {
    await sessions.releaseAll()
  }
}
