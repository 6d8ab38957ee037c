import path from 'node:path'
import { z } from 'zod'
import type { Model } from '../../contract/model.ts'
import { readRegularFile } from '../regular-file.ts'

const languages = ['en', 'id'] as const
/** bytes; ours has a hundred kilobytes */
const largest = 8 << 20

/**
 * The words of a model that knows only a small world (models/starter/vocabulary.json): by language, words and
 * phrases with their meaning and words that carry none; and prompts that it draws well.
 */
const vocabularySchema = z.looseObject({
  languages: z.partialRecord(
    z.enum(languages),
    z.object({ words: z.record(z.string(), z.unknown()), fillers: z.array(z.string()).default([]) }),
  ),
  examples: z.partialRecord(z.enum(languages), z.array(z.string())).default({}),
})

export type Vocabulary = z.output<typeof vocabularySchema>

/** Undefined for models that take any text. */
export async function readVocabulary(modelFolder: string): Promise<Vocabulary | undefined> {
  try {
    const bytes = await readRegularFile(path.join(modelFolder, 'vocabulary.json'), largest)
    return vocabularySchema.parse(JSON.parse(bytes.toString()))
  } catch {
    return undefined
  }
}

export function examplesOf(vocabulary: Vocabulary): Model['examples'] {
  return languages.flatMap((language) =>
    (vocabulary.examples[language] ?? []).map((prompt) => ({ language, prompt })),
  )
}

/** The prompt's words that belong to no known word or phrase, in order, each once, as they were written. */
export function ignoredWords(vocabulary: Vocabulary, prompt: string): string[] {
  const known = new Set<string>()
  let longest = 1
  const phrases = Object.values(vocabulary.languages).flatMap(({ words, fillers }) => [
    ...Object.keys(words),
    ...fillers,
  ])
  for (const phrase of phrases) {
    const words = wordsOf(phrase)
    longest = Math.max(longest, words.length)
    known.add(words.map((word) => word.toLowerCase()).join(' '))
  }
  const words = wordsOf(prompt)
  const ignored = new Map<string, string>()
  for (let index = 0; index < words.length;) {
    // The longest phrase first: "cat air" is watercolour, "cat" an animal.
    let length = Math.min(longest, words.length - index)
    const phraseAt = (count: number) =>
      words
        .slice(index, index + count)
        .map((word) => word.toLowerCase())
        .join(' ')
    while (length > 0 && !known.has(phraseAt(length))) length -= 1
    if (length === 0) {
      const word = words[index] as string
      if (!ignored.has(word.toLowerCase())) ignored.set(word.toLowerCase(), word)
    }
    index += Math.max(1, length)
  }
  return [...ignored.values()]
}

/** Hyphens part words, as the model's tokenizer reads them: "bunga-bunga" are flowers. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu) ?? []
}
