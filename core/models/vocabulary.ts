import path from 'node:path'
import { z } from 'zod'
import { knownWordsSchema } from '../../contract/known-words.ts'
import type { Model } from '../../contract/model.ts'
import { readRegularFile } from '../regular-file.ts'

const languages = ['en', 'id'] as const
/** bytes; ours has a hundred kilobytes */
const largest = 8 << 20

/** The words of a model that knows only a small world, and prompts that it draws well. */
const vocabularySchema = z.looseObject({
  languages: knownWordsSchema,
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
