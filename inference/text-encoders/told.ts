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
const [rowWidth, style, ground, mountains, columns] = [192, 0, 2, 3, [4, 5, 6]]
const [anime, sea, city, none, nothing] = [1, 1, 5, 1, 17]
/** where things belong that would look lost in a meadow: boats and fish, cars */
const placeOf: Readonly<Record<number, number>> = { 4: sea, 7: sea, 10: city }

/**
 * [Note: What nobody said] The starter's answers [1, 8, 192] with what goes without saying. What is left open is anything
 * at all at once, which is no thing: three open columns become blots, an open style is half pixels and half pencil. So
 * where nothing is asked nothing stands, a style that nobody chose is the flat one, and a boat is on the sea. A picture
 * that is redrawn keeps open what it shows itself.
 */
export function withWhatGoesWithoutSaying({ data, shape }: Tensor): Tensor {
  const answers = Float32Array.from(data)
  const isSaid = (row: number): boolean => answers[row * rowWidth] === 0
  const say = (row: number, place: number): void => {
    if (isSaid(row)) return
    answers[row * rowWidth] = 0
    answers[row * rowWidth + place] = 1
  }
  say(style, anime)
  say(mountains, none)
  for (const column of columns) {
    say(column, nothing)
    const kind = answers.subarray(column * rowWidth, column * rowWidth + nothing).indexOf(1)
    const place = placeOf[kind]
    if (place !== undefined) say(ground, place)
  }
  return { data: answers, shape }
}
