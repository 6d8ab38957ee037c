import { z } from 'zod'

const twoLanguages = z.object({ en: z.string(), id: z.string() })

/** One file of resources/styles: data only, so that a style needs no code. */
const styleSchema = z.object({
  id: z.string(),
  order: z.number(),
  name: twoLanguages,
  /** what is added to the prompt, in the prompt's language */
  adds: twoLanguages,
  /** how much a picture changes when only its style is changed, 0 … 1 */
  strength: z.number().min(0).max(1),
  /** colours of the card's drawing: sky, sun, ground */
  palette: z.tuple([z.string(), z.string(), z.string()]),
})

export type Style = z.output<typeof styleSchema>

const files = import.meta.glob<unknown>('../../resources/styles/*.json', { eager: true, import: 'default' })

export const styles: readonly Style[] = Object.values(files)
  .map((file) => styleSchema.parse(file))
  .sort((one, other) => one.order - other.order)

export const styleOf = (id: string): Style | undefined => styles.find((style) => style.id === id)

/** The words a style adds come last, after a comma, so that the prompt reads as it was written. */
export function withStyle(prompt: string, style: Style | undefined, language: 'en' | 'id'): string {
  if (!style) return prompt
  const trimmed = prompt.trim().replace(/[,.]$/, '')
  return trimmed === '' ? style.adds[language] : `${trimmed}, ${style.adds[language]}`
}
