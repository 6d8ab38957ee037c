import { z } from 'zod'

const words = z.string().max(20_000)

/**
 * Words of their own for the second and third text encoder (SDXL: OpenCLIP; SD 3: OpenCLIP and T5; Flux: T5). Absent
 * or empty is the prompt itself.
 */
export const furtherPromptsSchema = z.object({
  prompt2: words.optional(),
  prompt3: words.optional(),
  negativePrompt2: words.optional(),
  negativePrompt3: words.optional(),
})
export type FurtherPrompts = z.output<typeof furtherPromptsSchema>
export const furtherPromptNames = ['prompt2', 'prompt3', 'negativePrompt2', 'negativePrompt3'] as const

type Prompts = { prompt: string; negativePrompt: string; furtherPrompts?: FurtherPrompts | undefined }

/** All that should be seen in the picture. */
export function positivePrompts({ prompt, furtherPrompts = {} }: Omit<Prompts, 'negativePrompt'>): string[] {
  return [prompt, furtherPrompts.prompt2 ?? '', furtherPrompts.prompt3 ?? '']
}

/** All that somebody wrote, whatever it is for. */
export function everyPrompt(prompts: Prompts): string[] {
  const { furtherPrompts = {}, negativePrompt } = prompts
  const further = [furtherPrompts.negativePrompt2 ?? '', furtherPrompts.negativePrompt3 ?? '']
  return [...positivePrompts(prompts), negativePrompt, ...further]
}

/** The same with every text changed. */
export function withPrompts<Request extends Prompts>(
  request: Request,
  change: (text: string) => string,
): Request {
  const { furtherPrompts } = request
  return {
    ...request,
    prompt: change(request.prompt),
    negativePrompt: change(request.negativePrompt),
    ...(furtherPrompts && { furtherPrompts: changedPrompts(furtherPrompts, change) }),
  }
}

export function changedPrompts(prompts: FurtherPrompts, change: (text: string) => string): FurtherPrompts {
  return Object.fromEntries(
    furtherPromptNames.flatMap((name) => {
      const text = prompts[name]
      return text === undefined ? [] : [[name, change(text)]]
    }),
  )
}
