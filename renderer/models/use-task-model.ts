import type { Model } from '../../contract/model'
import { draws, pickModel } from '../create/current-model'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'

export type ModelTask = 'create' | 'upscale' | 'restore'

/** For which task a model can be the usual one, whether it is, and how to make it so. */
export function useTaskModel(model: Model): { task: ModelTask; chosen: boolean; choose: () => void } | null {
  const { create, models, settings, changeSettings } = useStudio()
  const list = useStore(models) ?? []
  const { model: preferred, upscaleModel, restoreModel } = useStore(settings)
  const written = useSelected(create, (draft) => draft.model)
  if (model.state !== 'ready') return null
  if (draws(model)) {
    return {
      task: 'create',
      chosen: pickModel(list, written, preferred)?.id === model.id,
      choose() {
        create.change((draft) => ({
          ...draft,
          model: model.id,
          size: null,
          steps: null,
          guidanceScale: null,
          scheduler: 'auto',
        }))
        void changeSettings({ model: model.id })
      },
    }
  }
  const { capabilities } = model.passport
  if (capabilities.includes('upscale')) {
    return {
      task: 'upscale',
      chosen: upscaleModel === model.id,
      choose: () => void changeSettings({ upscaleModel: upscaleModel === model.id ? '' : model.id }),
    }
  }
  if (!capabilities.includes('restore')) return null
  const restorers = list.filter(({ passport }) => passport.capabilities.includes('restore'))
  return {
    task: 'restore',
    chosen: restoreModel === model.id || (restoreModel === '' && restorers[0]?.id === model.id),
    choose: () => void changeSettings({ restoreModel: model.id }),
  }
}
