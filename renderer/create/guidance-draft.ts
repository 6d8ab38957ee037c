import { type FurtherPrompts, furtherPromptNames } from '../../contract/further-prompts'
import type { Guidance } from '../../contract/generation'
import type { Model, ModelOption } from '../../contract/model'

/** Which option a setting belongs to; promptLength and the rest have one each, the two size sets share theirs. */
const optionOf: Record<keyof Guidance, ModelOption> = {
  rescale: 'guidance-rescale',
  truncation: 'guidance-truncation',
  normalisation: 'guidance-normalisation',
  trueScale: 'true-guidance',
  promptLength: 'prompt-length',
  sizes: 'size-conditioning',
  negativeSizes: 'size-conditioning',
}

/** Which option the words of a further text encoder belong to. */
export const optionOfPrompt: Record<keyof FurtherPrompts, ModelOption> = {
  prompt2: 'second-prompt',
  prompt3: 'third-prompt',
  negativePrompt2: 'second-prompt',
  negativePrompt3: 'third-prompt',
}

export const takes = (model: Model, option: ModelOption): boolean =>
  model.limits?.options?.includes(option) === true

/** What is set and what the model has a use for; undefined where nothing is left. */
export function guidanceFor(guidance: Guidance, model: Model): Guidance | undefined {
  const used = Object.entries(guidance).filter(
    ([key, value]) => value !== undefined && takes(model, optionOf[key as keyof Guidance]),
  )
  return used.length === 0 ? undefined : Object.fromEntries(used)
}

/** Further words that are written and that the model reads; undefined where there are none. */
export function furtherPromptsFor(
  further: FurtherPrompts,
  guidance: Guidance,
  model: Model,
): FurtherPrompts | undefined {
  const read = (name: keyof FurtherPrompts) =>
    takes(model, optionOfPrompt[name]) && (!name.startsWith('negative') || readsNegative(guidance, model))
  const used = furtherPromptNames.filter((name) => read(name) && (further[name] ?? '').trim() !== '')
  return used.length === 0 ? undefined : Object.fromEntries(used.map((name) => [name, further[name]]))
}

/** Flux's own guidance ignores a negative prompt; its second, true one needs one. */
export const readsNegative = (guidance: Guidance, model: Model): boolean =>
  model.limits?.negativePrompt !== false || (takes(model, 'true-guidance') && (guidance.trueScale ?? 1) > 1)

/** A setting taken out is no setting: the family's own default counts. */
export function without(guidance: Guidance, key: keyof Guidance): Guidance {
  const { [key]: _, ...rest } = guidance
  return rest
}
