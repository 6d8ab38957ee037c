import { useCallback } from 'react'
import { useLocale } from '../locales/context'
import type { Store } from '../state/store'
import { useStudio } from '../state/studio'
import { requestOf, seedIsGood } from './create-draft'
import { pickModel } from './current-model'

/** Sends what is written as a job. What is written stays; the canvas turns to what is being made. */
/** `first`: before everything that waits. */
export function useSubmit(): (place?: 'first') => Promise<void> {
  const { api, create, incognito, models, settings, shown, toasts } = useStudio()
  const { language } = useLocale()
  return useCallback(
    async (place) => {
      const draft = create.get()
      if (isWordless(draft) || !seedIsGood(draft.seed)) return
      // Right after the start the models may not be known yet: the wish is kept, not dropped.
      const model = pickModel(await known(models), draft.model, settings.get().model)
      if (!model) return toasts.fail({ code: 'model-not-found', model: draft.model })
      create.flush()
      const answer = await api.call('jobs.submit', {
        ...requestOf(draft, model, language),
        ...(incognito.get() && { incognito: true }),
      })
      if (!answer.ok) return toasts.fail(answer.failure)
      shown.set(null)
      if (place === 'first') await api.call('jobs.move', { id: answer.value.id, index: 0 })
    },
    [api, create, incognito, models, settings, shown, toasts, language],
  )
}

export const isWordless = (draft: { prompt: string; image: unknown; style: string }) =>
  draft.prompt.trim() === '' && draft.image === null && draft.style === ''

function known<Value>(store: Store<Value | null>): Promise<Value> {
  return new Promise((resolve) => {
    const now = store.get()
    if (now !== null) return resolve(now)
    const stop = store.subscribe(() => {
      const value = store.get()
      if (value === null) return
      stop()
      resolve(value)
    })
  })
}
