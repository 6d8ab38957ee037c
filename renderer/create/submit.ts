import { useCallback } from 'react'
import { useLocale } from '../locales/context'
import type { Store } from '../state/store'
import { useStudio } from '../state/studio'
import { moveFirst, submitJob } from '../state/submit-job'
import { seedIsGood } from './create-draft'
import { pickModel } from './current-model'
import { randomSeed } from './random-seed'
import { fromOwn, styles } from './styles'
import { requestsOf } from './wish'

/**
 * Sends what is written as a job, or as several for a series. What is written stays; the canvas turns to what is
 * being made. `first`: before everything that waits. Answers whether all of it was taken.
 */
export function useSubmit(): (place?: 'first') => Promise<boolean> {
  const { api, create, incognito, models, ownStyles, settings, shown, toasts } = useStudio()
  const { language } = useLocale()
  return useCallback(
    async (place) => {
      const draft = create.get()
      if (isWordless(draft) || !seedIsGood(draft.seed)) return false
      // Right after the start the models may not be known yet: the wish is kept, not dropped.
      const list = await known(models)
      const model = pickModel(list, draft.model, settings.get().model)
      if (!model) {
        toasts.fail({ code: 'model-not-found', model: draft.model })
        return false
      }
      const wish = requestsOf(draft, {
        model,
        models: list,
        styles: [...styles, ...ownStyles.get().styles.map(fromOwn)],
        language,
        newSeed: randomSeed,
        newId: () => crypto.randomUUID(),
      })
      if ('problem' in wish) return false
      create.flush()
      let waiting = 0
      for (const request of wish.requests) {
        const answer = await submitJob({ api, incognito }, request)
        if (!answer.ok) {
          toasts.fail(answer.failure)
          return false
        }
        if (place === 'first') waiting = await moveFirst({ api }, answer.value.ids, waiting)
      }
      shown.set(null)
      return true
    },
    [api, create, incognito, models, ownStyles, settings, shown, toasts, language],
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
