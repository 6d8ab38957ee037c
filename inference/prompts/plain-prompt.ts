import { parsePrompt, type LoraMention } from '../../contract/prompt-syntax.ts'

/**
 * A prompt for text encoders that read sentences (T5, Qwen): only `<lora:…>` is taken out, brackets and colons
 * mean themselves. A prompt without such a mention comes back unchanged.
 */
export function plainPrompt(prompt: string): { text: string; loras: LoraMention[] } {
  const { tokens, loras } = parsePrompt(prompt)
  const text = tokens
    .filter(({ kind }) => kind !== 'lora')
    .map(({ start, end }) => prompt.slice(start, end))
    .join('')
  return { text, loras }
}
