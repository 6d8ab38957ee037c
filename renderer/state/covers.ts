import { useCallback } from 'react'
import type { Image } from '../../contract/image'
import { createStore, useSelected } from './store'
import { useStudio } from './studio'

/**
 * What this window was told of covered pictures since it was opened: shown for now, or covered again. The addresses of
 * pictures say it too (`media`), because a browser does not ask twice for the same one.
 */
export const covers = createStore<ReadonlyMap<string, 'shown' | 'covered'>>(new Map())

/** After a lock nothing stays shown. */
export function forgetCovers(): void {
  covers.set(new Map())
}

export type Covering = {
  /** blurred here and now */
  hidden: boolean
  /** in this window, until it is closed or locked */
  show(): void
  /** from now on, everywhere */
  showAlways(): void
  /** blur it, or blur it again */
  cover(): void
}

export function useCovering(image: Pick<Image, 'id' | 'covered'> | undefined): Covering {
  const { api, library, toasts } = useStudio()
  const id = image?.id ?? ''
  const now = useSelected(covers, (known) => known.get(id))
  const tell = useCallback(
    (state: 'shown' | 'covered') => {
      covers.change((known) => new Map(known).set(id, state))
      // Every list draws its pictures anew, with their new addresses.
      library.change((version) => version + 1)
    },
    [id, library],
  )
  const change = useCallback(
    async (covered: boolean) => {
      const answer = await api.call('images.change', { ids: [id], change: { covered } })
      if (answer.ok) tell(covered ? 'covered' : 'shown')
      else toasts.fail(answer.failure)
    },
    [api, id, tell, toasts],
  )
  return {
    hidden: image?.covered !== undefined && now !== 'shown',
    show: () => tell('shown'),
    showAlways: () => void change(false),
    cover: () => void change(true),
  }
}
