import { z } from 'zod'
import type { JobRequestInput } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'
import {
  type QuickAction,
  type Words,
  fillTemplate,
  quickActionSchema,
  wordsIn,
} from '../../contract/quick-action'
import { withoutStyles } from '../create/styles'

const files = import.meta.glob<unknown>('../../resources/actions/*.json', { eager: true, import: 'default' })

/** What ships: resources/actions. */
export const shippedActions: readonly QuickAction[] = Object.values(files)
  .map((file) => quickActionSchema.parse(file))
  .sort((one, other) => one.order - other.order)

/** What somebody added; an entry that cannot be read is left out, not the whole list. */
export const ownActionsSchema = z.object({
  actions: z
    .array(z.unknown())
    .catch([])
    .transform((list) =>
      list.flatMap((one) => {
        const parsed = quickActionSchema.safeParse(one)
        return parsed.success ? [parsed.data] : []
      }),
    ),
})

/** Shipped ones first; one's own of the same name takes the place of a shipped one. */
export function allActions(...lists: readonly (readonly QuickAction[])[]): QuickAction[] {
  const all = new Map(lists.flat().map((action) => [action.id, action]))
  return [...all.values()].sort((one, other) => one.order - other.order)
}

/** What is written in one language, with what the others had. */
export const withWords = (before: Words | undefined, language: 'en' | 'id', text: string): Words =>
  before === undefined || typeof before === 'string' ? text : { ...before, [language]: text }

/** The others say nothing and take no strength. */
export const takesWords = ({ does }: Pick<QuickAction, 'does'>): boolean =>
  does === 'restyle' || does === 'paint' || does === 'extend'

/** A model here that can do what the action needs. */
export const ableModel = (action: QuickAction, models: readonly Model[]): Model | undefined =>
  models.find((model) => model.state === 'ready' && model.passport.capabilities.includes(action.needs))

/** What an action writes into the prompt for this picture. */
export function promptOf(action: QuickAction, image: Image, language: 'en' | 'id'): string {
  return fillTemplate(wordsIn(action.prompt ?? '{prompt}', language), withoutStyles(image.prompt))
}

/** The job of an action that begins at once. */
export function requestOfAction(
  action: QuickAction,
  image: Image,
  painter: Model | undefined,
  language: 'en' | 'id',
): JobRequestInput | undefined {
  if (action.does === 'restore') {
    return {
      kind: 'restore',
      image: image.id,
      ...(action.strength !== undefined && { strength: action.strength }),
    }
  }
  if (action.does === 'cutout') return { kind: 'cutout', image: image.id }
  if (action.does === 'upscale') return { kind: 'upscale', image: image.id, scale: action.scale ?? 2 }
  if (action.does !== 'restyle' || painter === undefined) return undefined
  const negative = wordsIn(action.negativePrompt ?? '', language)
  return {
    kind: 'generate',
    model: painter.id,
    prompt: promptOf(action, image, language),
    ...(negative !== '' && { negativePrompt: negative }),
    ...(action.steps !== undefined && { steps: action.steps }),
    ...(action.guidanceScale !== undefined && { guidanceScale: action.guidanceScale }),
    image: { id: image.id, strength: action.strength ?? 0.6 },
  }
}
