import { useMemo } from 'react'
import { useIgnoredWords } from './ignored-words'
import { useKnownNames } from './known-names'
import { markPrompt } from './prompt-segments'

/** A prompt with its marks, and what is to be said about it for the model that would draw it. */
export function useMarkedPrompt(model: string | undefined, prompt: string) {
  const ignored = useIgnoredWords(model, prompt)
  const names = useKnownNames()
  return useMemo(() => ({ ...markPrompt(prompt, ignored, names), ignored }), [prompt, ignored, names])
}
