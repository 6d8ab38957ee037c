import { z } from 'zod'
import { furtherPromptsSchema } from '../../contract/further-prompts'
import type { GenerateRequest } from '../../contract/generation'
import {
  adapterUseSchema,
  controlSchema,
  finishScale,
  finishSchema,
  guidanceSchema,
  maximumControls,
  seedSchema,
  variationSchema,
} from '../../contract/generation'
import type { JobRequestInput } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'
import { samplerIdOf } from '../../contract/sampler-names'
import { furtherPromptsFor, guidanceFor, readsNegative, takes } from './guidance-draft'
import { seriesSchema } from './series-draft'
import { type Style, styleOf, styles as shippedStyles, withStyle } from './styles'

/** All that is being written on Create. Kept as a draft, so that no typed word is lost. */
export const createDraftSchema = z.object({
  prompt: z.string().catch(''),
  negativePrompt: z.string().catch(''),
  /** "" is the model of the settings, else the first that is ready */
  model: z.string().catch(''),
  /** null: the model's own size, or the source picture's */
  size: z.object({ width: z.number().int(), height: z.number().int() }).nullable().catch(null),
  count: z.number().int().min(1).max(100).catch(1),
  style: z.string().catch(''),
  steps: z.number().int().nullable().catch(null),
  guidanceScale: z.number().nullable().catch(null),
  scheduler: z.string().catch('auto'),
  /** "" is a new one for every picture */
  seed: z.string().catch(''),
  image: z.object({ id: z.string(), strength: z.number() }).nullable().catch(null),
  finish: finishSchema.catch('auto'),
  drawer: z.boolean().catch(false),
  /** the noise turned towards that of a second seed */
  variation: variationSchema.nullable().catch(null),
  adapters: z.array(adapterUseSchema).max(16).catch([]),
  clipSkip: z.number().int().min(0).max(12).catch(0),
  guidance: guidanceSchema.catch({}),
  /** words of their own for further text encoders */
  furtherPrompts: furtherPromptsSchema.catch({}),
  /** pictures that the new one follows */
  controls: z.array(controlSchema).max(maximumControls).catch([]),
  guessMode: z.boolean().catch(false),
  /** several pictures that differ in one thing; null: they differ in their seeds */
  series: seriesSchema.nullable().catch(null),
  /** the sides keep their ratio when one of them is changed */
  shapeLocked: z.boolean().catch(false),
})

type GenerateRequestInput = Extract<JobRequestInput, { kind: 'generate' }>
export type CreateDraft = z.output<typeof createDraftSchema>
export const emptyCreateDraft: CreateDraft = createDraftSchema.parse({})

/** Another model begins with its own numbers. */
export const withModel = (draft: CreateDraft, model: string): CreateDraft => ({
  ...draft,
  model,
  size: null,
  steps: null,
  guidanceScale: null,
  scheduler: 'auto',
})

export const seedIsGood = (seed: string) => seed === '' || seedSchema.safeParse(seed).success

/** The picture that it begins with, where the model can begin with one. */
export const startOf = (draft: CreateDraft, model: Model): CreateDraft['image'] =>
  model.passport.capabilities.includes('image-to-image') ? draft.image : null

/** What is asked of the core. Values that the model has no use for are left out, not sent and ignored. */
export function requestOf(
  draft: CreateDraft,
  model: Model,
  language: 'en' | 'id',
  styles: readonly Style[] = shippedStyles,
): GenerateRequestInput {
  const { limits } = model
  const guidance = guidanceFor(draft.guidance, model)
  const furtherPrompts = furtherPromptsFor(draft.furtherPrompts, draft.guidance, model)
  // A picture to follow needs something that follows it: a ControlNet that was chosen, or the model's own.
  const controls = takes(model, 'controls')
    ? draft.controls.filter((control) => control.model !== undefined || limits?.ownControl === true)
    : []
  const start = startOf(draft, model)
  return {
    kind: 'generate',
    prompt: withStyle(draft.prompt, styleOf(draft.style, styles), language),
    model: model.id,
    count: draft.count,
    scheduler: draft.scheduler,
    finish: draft.finish,
    ...(readsNegative(draft.guidance, model) && { negativePrompt: draft.negativePrompt }),
    ...draft.size,
    ...(draft.steps !== null && { steps: Math.min(draft.steps, limits?.maximumSteps ?? draft.steps) }),
    ...(draft.guidanceScale !== null && { guidanceScale: draft.guidanceScale }),
    ...(draft.seed !== '' && { seed: draft.seed }),
    ...(draft.variation && { variation: draft.variation }),
    ...(draft.adapters.length > 0 && { adapters: draft.adapters }),
    ...(draft.clipSkip > 0 && takes(model, 'clip-skip') && { clipSkip: draft.clipSkip }),
    ...(guidance && { guidance }),
    ...(furtherPrompts && { furtherPrompts }),
    ...(controls.length > 0 && { controls, ...(draft.guessMode && { guessMode: true }) }),
    ...(start && { image: { ...start } }),
  }
}

export type Recall = 'all' | 'remix' | 'prompt' | 'seed' | 'size'
export const recalls: readonly Recall[] = ['all', 'remix', 'prompt', 'seed', 'size']

/** What a picture remembers of its making, as far as it can be used again. */
export type Remembered = {
  prompt: string
  negativePrompt: string
  model: string
  width: number
  height: number
  seed?: string | undefined
  steps?: number | undefined
  guidanceScale?: number | undefined
  scheduler?: string | undefined
  request?: GenerateRequest | undefined
}

/** A picture's record as what it remembers. */
export const rememberedOf = (image: Image): Remembered => ({
  ...image,
  request: image.request?.kind === 'generate' ? image.request : undefined,
})

/** The draft with a picture's seed; where that was turned towards a second one, with that too. */
export const withSeedOf = (draft: CreateDraft, image: Image): CreateDraft => ({
  ...recall(draft, rememberedOf(image), 'seed'),
  // A second seed that is being set is for trying out around the first: A1111's Extra.
  variation: rememberedOf(image).request?.variation ?? draft.variation,
})

/** The draft with part of a picture's settings taken over; everything else stays as it was written. */
export function recall(draft: CreateDraft, from: Remembered, what: Recall): CreateDraft {
  // The size that it was made in, before it was enlarged.
  const scale = finishScale(from.request?.finish)
  const size = {
    size: {
      width: from.request?.width ?? from.width / scale,
      height: from.request?.height ?? from.height / scale,
    },
  }
  const seed = from.seed === undefined ? {} : { seed: from.seed, variation: from.request?.variation ?? null }
  // The style's words are part of the remembered prompt: choosing the style again would add them twice.
  const prompt = {
    prompt: from.prompt,
    negativePrompt: from.negativePrompt,
    furtherPrompts: from.request?.furtherPrompts ?? {},
    style: '',
  }
  if (what === 'prompt') return { ...draft, ...prompt }
  if (what === 'seed') return { ...draft, ...seed }
  if (what === 'size') return { ...draft, ...size }
  const image = from.request?.image
  return {
    ...draft,
    ...prompt,
    ...size,
    model: from.model,
    // Of a picture that began as another one only a part of the steps was run; all of them are asked for again.
    steps: (image ? from.request?.steps : from.steps) ?? null,
    guidanceScale: from.guidanceScale ?? null,
    scheduler: from.request?.scheduler ?? samplerIdOf(from.scheduler ?? '') ?? 'auto',
    adapters: from.request?.adapters ?? [],
    clipSkip: from.request?.clipSkip ?? 0,
    guidance: from.request?.guidance ?? {},
    controls: from.request?.controls ?? [],
    guessMode: from.request?.guessMode === true,
    image: image ? { id: image.id, strength: image.strength } : null,
    finish: from.request?.finish ?? 'auto',
    ...(what === 'all' ? seed : { seed: '', variation: null }),
  }
}
