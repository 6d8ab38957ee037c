import { useCallback } from 'react'
import type { Image } from '../../contract/image'
import { type Recall, recall } from '../create/create-draft'
import { goTo } from '../shell/go-to'
import { useStudio } from '../state/studio'

/** Takes settings of a picture over into Create; what was written before is one undo away. */
export function useRecall(): (image: Image, what: Recall) => void {
  const { create, toasts } = useStudio()
  return useCallback(
    (image, what) => {
      const before = create.get()
      const request = image.request?.kind === 'generate' ? image.request : undefined
      create.set(recall(before, { ...image, request }, what))
      goTo('create')
      toasts.show((now) => `${now.t('create.recalled')} ${now.t('create.keepsDraft')}`, {
        label: (now) => now.t('common.undo'),
        run: () => create.set(before),
      })
    },
    [create, toasts],
  )
}
