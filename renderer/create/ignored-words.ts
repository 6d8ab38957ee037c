import { wordsOnly } from '../../contract/prompt-words'
import { useEffect, useState } from 'react'
import { useStudio } from '../state/studio'

const settleTime = 250
const none: readonly string[] = []

/** Words of the prompt that the model does not know, asked when typing pauses. */
export function useIgnoredWords(model: string | undefined, written: string): readonly string[] {
  const prompt = wordsOnly(written)
  const { api } = useStudio()
  const [words, setWords] = useState(none)
  useEffect(() => {
    if (model === undefined || prompt.trim() === '') return undefined
    let current = true
    const timer = setTimeout(() => {
      void api.call('models.ignoredWords', { model, prompt }).then((answer) => {
        if (current) setWords(answer.ok ? answer.value.words : [])
      })
    }, settleTime)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, model, prompt])
  return prompt.trim() === '' ? none : words
}
