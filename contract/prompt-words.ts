import { parsePrompt } from './prompt-syntax.ts'

/** What of a prompt is meant as words: weights, BREAK, and the names of lists and adapters are not. */
export function wordsOnly(prompt: string): string {
  return parsePrompt(prompt)
    .tokens.map(({ kind, start, end }) => {
      if (kind === 'text' || kind === 'escape') return prompt.slice(start, end)
      // Brackets part no words ("house(s)"), the others do.
      return kind === 'open' || kind === 'close' || kind === 'weight' ? '' : ' , '
    })
    .join('')
}
