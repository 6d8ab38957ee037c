import { knownWordsSchema, readPrompt } from '../../contract/known-words.ts'
import { wordsOnly } from '../../contract/prompt-words.ts'
import type { ModelParts } from '../model-parts.ts'
import type { Tensor } from '../tensor.ts'

/** Reads a prompt for a model of a small world: see [Note: What the model is told]. */
export function tellerOf({ vocabulary }: Pick<ModelParts, 'vocabulary'>): (prompt: string) => string {
  const words = knownWordsSchema.safeParse(vocabulary?.['languages'])
  return (prompt) => (words.success ? readPrompt(words.data, wordsOnly(prompt)).text : prompt)
}

/** As models/training/starter/condition.py lays the answers out: one-hots, the first place "not said". */
const [rowWidth, mountains, columns, none, nothing] = [192, 3, [4, 5, 6], 1, 17]

/**
 * The starter's answers [1, 8, 192] with nothing where nothing was asked. Left open, three columns and the mountains are
 * anything at all at once, which is no thing: blots. A picture that is redrawn keeps them open for what it shows.
 */
export function withNothingElse({ data, shape }: Tensor): Tensor {
  const answers = Float32Array.from(data)
  const close = (row: number, place: number): void => {
    const unsaid = row * rowWidth
    answers[unsaid + place] = Math.max(answers[unsaid] as number, answers[unsaid + place] as number)
    answers[unsaid] = 0
  }
  close(mountains, none)
  for (const column of columns) close(column, nothing)
  return { data: answers, shape }
}
