import { z } from 'zod'
import { capabilitySchema } from './model.ts'

/** One text for everybody, or one per language. */
const wordsSchema = z.union([
  z.string().max(2000),
  z.object({ en: z.string().max(2000), id: z.string().max(2000) }),
])
export type Words = z.output<typeof wordsSchema>

export const actionIcons = [
  'wand',
  'enlarge',
  'brush',
  'extend',
  'palette',
  'sun',
  'person',
  'sparkles',
] as const

/**
 * One press on a picture, as data: a file of resources/actions, or of one's own (docs/quick-actions.md). `does` says
 * what happens; the other members say how.
 */
export const quickActionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/),
  order: z.number().default(1000),
  icon: z.enum(actionIcons).default('sparkles'),
  label: wordsSchema,
  text: wordsSchema.default(''),
  /** `paint` and `extend` prepare the screen and wait for the person; the others begin at once */
  does: z.enum(['restore', 'upscale', 'restyle', 'paint', 'extend', 'face', 'cutout']),
  /** what a model here must be able to do */
  needs: capabilitySchema,
  scale: z.union([z.literal(2), z.literal(4)]).optional(),
  /** for restyle, paint and extend; `{prompt}` is what the picture was made from */
  prompt: wordsSchema.optional(),
  negativePrompt: wordsSchema.optional(),
  /** 0 keeps the picture, 1 replaces it */
  strength: z.number().min(0).max(1).optional(),
  steps: z.number().int().min(1).max(200).optional(),
  guidanceScale: z.number().min(0).max(50).optional(),
  /** a style of resources/styles whose picture the card shows */
  style: z.string().max(60).optional(),
})
export type QuickAction = z.output<typeof quickActionSchema>

/** A file of the folder for own actions that could not be used, and where. */
export const actionProblemSchema = z.object({ file: z.string(), problem: z.string() })

export const wordsIn = (words: Words, language: 'en' | 'id'): string =>
  typeof words === 'string' ? words : words[language]

export type ActionProblem = z.output<typeof actionProblemSchema>

/** The prompt of a template for a picture; without a prompt of its own only what the template adds is left. */
export function fillTemplate(template: string, prompt: string): string {
  return template
    .replaceAll('{prompt}', prompt.trim())
    .replaceAll(/^[\s,]+|[\s,]+$/g, '')
    .replaceAll(/,\s*,/g, ',')
}
