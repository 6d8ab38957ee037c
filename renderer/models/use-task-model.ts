import type { Capability, Model } from '../../contract/model'
import type { Settings } from '../../contract/settings'
import { withModel } from '../create/create-draft'
import { draws, pickModel } from '../create/current-model'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'

const taskSettings = {
  upscale: 'upscaleModel',
  restore: 'restoreModel',
  face: 'faceModel',
  cutout: 'cutoutModel',
} as const satisfies Partial<Record<Capability, keyof Settings>>
type OtherTask = keyof typeof taskSettings
export type ModelTask = 'create' | OtherTask

export type TaskModel = {
  task: ModelTask
  chosen: boolean
  choose: () => void
  /** back to the one that fits best, where this one was named */
  release?: () => void
}

/** The first is what runs when nothing is chosen; of enlargers the one that fits the size does. */
export function usualOf(task: OtherTask, models: readonly Model[], named: string): string {
  const able = models.filter(
    ({ state, passport }) => state === 'ready' && passport.capabilities.includes(task),
  )
  const here = able.some(({ id }) => id === named) ? named : ''
  return here === '' && task !== 'upscale' ? (able[0]?.id ?? '') : here
}

/** For which task a model can be the usual one, whether it is, and how to make it so. */
export function useTaskModel(model: Model): TaskModel | null {
  const { create, models, settings, changeSettings } = useStudio()
  const list = useStore(models) ?? []
  const value = useStore(settings)
  const written = useSelected(create, (draft) => draft.model)
  if (model.state !== 'ready') return null
  if (draws(model)) {
    return {
      task: 'create',
      chosen: pickModel(list, written, value.model)?.id === model.id,
      choose() {
        create.change((draft) => withModel(draft, model.id))
        void changeSettings({ model: model.id })
      },
    }
  }
  const task = (Object.keys(taskSettings) as OtherTask[]).find((one) =>
    model.passport.capabilities.includes(one),
  )
  if (task === undefined) return null
  const setting = taskSettings[task]
  const named = value[setting]
  const say = (id: string) => void changeSettings({ [setting]: id })
  return {
    task,
    chosen: usualOf(task, list, named) === model.id,
    choose: () => say(model.id),
    ...(named === model.id && { release: () => say('') }),
  }
}
