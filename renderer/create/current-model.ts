import type { Model } from '../../contract/model'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'

export const draws = (model: Model) => model.passport.capabilities.includes('text-to-image')

/** The model that Create would use: the draft's, else that of the settings, else the first that is ready. */
export function pickModel(models: readonly Model[], ...wanted: string[]): Model | undefined {
  const ready = models.filter((model) => model.state === 'ready' && draws(model))
  for (const id of wanted) {
    const found = ready.find((model) => model.id === id)
    if (found) return found
  }
  return ready[0]
}

/** undefined: none is ready; null: not known yet. */
export function useCurrentModel(): Model | undefined | null {
  const { create, models, settings } = useStudio()
  const wanted = useSelected(create, (draft) => draft.model)
  const preferred = useSelected(settings, (value) => value.model)
  const list = useStore(models)
  return list === null ? null : pickModel(list, wanted, preferred)
}
