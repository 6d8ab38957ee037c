import { useCallback } from 'react'
import type { Image } from '../../contract/image'
import type { Api } from '../api'
import { type Recall, recall, rememberedOf } from '../create/create-draft'
import { goTo } from '../shell/go-to'
import { useStudio } from '../state/studio'

/** no picture was enlarged or restored so often */
const furthest = 16

/** The picture that was drawn: what is enlarged or restored has its settings from there. */
export async function drawnOf(api: Pick<Api, 'call'>, image: Image): Promise<Image> {
  let drawn = image
  for (let step = 0; step < furthest && drawn.origin === 'enhanced' && drawn.source; step++) {
    const answer = await api.call('images.get', { id: drawn.source })
    if (!answer.ok) break
    drawn = answer.value
  }
  return drawn
}

/** Takes settings of a picture over into Create; what was written before is one undo away. */
export function useRecall(): (image: Image, what: Recall) => Promise<void> {
  const { api, create, toasts } = useStudio()
  return useCallback(
    async (image, wanted) => {
      const drawn = await drawnOf(api, image)
      // What drew it is gone: its words are left.
      const what = drawn.origin === 'enhanced' ? 'prompt' : wanted
      const before = create.get()
      create.set(recall(before, rememberedOf(drawn), what))
      goTo('create')
      toasts.offerUndo(
        (now) => `${now.t('create.recalled')} ${now.t('create.keepsDraft')}`,
        () => create.set(before),
      )
    },
    [api, create, toasts],
  )
}
