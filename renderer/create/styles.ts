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
  /** colours of the card's drawing where there is no picture: sky, sun, ground */
  palette: z.tuple([z.string(), z.string(), z.string()]),
  /** how a prompt may say this style: what another style takes out of it */
  words: z.array(z.string()),
})

/** A style that somebody added: one name and one text, whatever the language. */
const ownStyleSchema = z.object({
  id: z.string().startsWith('own-'),
  name: z.string().min(1).max(60),
  adds: z.string().max(2000),
  strength: z.number().min(0).max(1),
  /** a picture of the library that shows it */
  picture: z.string().optional(),
})
export type OwnStyle = z.output<typeof ownStyleSchema>
export const ownStylesSchema = z.object({ styles: z.array(ownStyleSchema).max(200).catch([]) })

export type Style = Omit<z.output<typeof styleSchema>, 'order'> & {
  /** address of a small picture in this style */
  thumbnail?: string | undefined
  /** of the library, for one's own */
  picture?: string | undefined
  own: boolean
}

const files = import.meta.glob<unknown>('../../resources/styles/*.json', { eager: true, import: 'default' })
const pictures = import.meta.glob<string>('../../resources/styles/*.webp', {
  eager: true,
  query: '?url',
  import: 'default',
})

export const styles: readonly Style[] = Object.values(files)
  .map((file) => styleSchema.parse(file))
  .sort((one, other) => one.order - other.order)
  .map(({ order: _order, ...style }) => ({
    ...style,
    own: false,
    thumbnail: pictures[`../../resources/styles/${style.id}.webp`],
  }))

export const fromOwn = ({ id, name, adds, strength, picture }: OwnStyle): Style => ({
  id,
  name: { en: name, id: name },
  adds: { en: adds, id: adds },
  strength,
  palette: ['var(--raised)', 'var(--accent)', 'var(--pressed)'],
  words: [],
  picture,
  own: true,
})

export const styleOf = (id: string, among: readonly Style[] = styles): Style | undefined =>
  among.find((style) => style.id === id)

/** Styles whose name, words or added text contain every word of `text`, in the order given. */
export function findStyles(among: readonly Style[], text: string, language: 'en' | 'id'): readonly Style[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return among.filter((style) => {
    const says = [style.name[language], style.adds[language], ...style.words].join(' ').toLowerCase()
    return words.every((word) => says.includes(word))
  })
}

/**
 * The words a style adds come last, after a comma, so that the prompt reads as it was written; `{prompt}` in them
 * is where the prompt goes instead, as in the style files of other programs.
 */
export function withStyle(prompt: string, style: Style | undefined, language: 'en' | 'id'): string {
  if (!style) return prompt
  const adds = style.adds[language]
  if (adds.includes('{prompt}')) return adds.replaceAll('{prompt}', prompt.trim())
  const trimmed = prompt.trim().replace(/[,.]$/, '')
  return trimmed === '' ? adds : `${trimmed}, ${adds}`
}

/** The prompt without the styles that it names: a picture that becomes anime is no photo any more. */
export function withoutStyles(prompt: string): string {
  const words = styles.flatMap((style) => style.words).sort((one, other) => other.length - one.length)
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?: of| style)?(?![\\p{L}\\p{N}])`,
    'giu',
  )
  return prompt
    .replaceAll(pattern, '')
    .replaceAll(/\s*,(?:\s*,)+/g, ',')
    .replaceAll(/\s{2,}/g, ' ')
    .replaceAll(/^[\s,]+|[\s,]+$/g, '')
}
