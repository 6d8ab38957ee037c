import { useCallback } from 'react'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { requestOf, seedIsGood } from './create-draft'
import { useCurrentModel } from './current-model'

/** Sends what is written as a job. What is written stays; the canvas turns to what is being made. */
export function useSubmit(): () => Promise<void> {
  const { api, create, shown, toasts } = useStudio()
  const { language } = useLocale()
  const model = useCurrentModel()
  return useCallback(async () => {
    const draft = create.get()
    if (
      !model ||
      (draft.prompt.trim() === '' && !draft.image && draft.style === '') ||
      !seedIsGood(draft.seed)
    )
      return
    create.flush()
    const answer = await api.call('jobs.submit', requestOf(draft, model, language))
    if (answer.ok) shown.set(null)
    else toasts.fail(answer.failure)
  }, [api, create, shown, toasts, language, model])
}
