import { plainPrompt } from '../prompts/plain-prompt.ts'

/** What T5 and Qwen read: brackets mean themselves, mentions of LoRA files are taken out. */
export function sentence(text: string, syntax: 'plain' | 'weighted' | undefined): string {
  return syntax === 'weighted' ? plainPrompt(text).text : text
}
