import { useCallback } from 'react'
import type { Image } from '../../contract/image'
import { useLocale } from '../locales/context'
import { type Answer, useAnswer } from './answer'
import { plainWords } from '../../contract/plain-words'
import { useStore } from './store'
import { useStudio } from './studio'

/** One picture's record, fresh after every change of the library. */
export function useImage(id: string | null | undefined): Answer<Image> {
  const { library } = useStudio()
  const answer = useAnswer('images.get', id ? { id } : undefined, useStore(library))
  // The record of the picture before must never be taken for this one.
  if (answer.value && answer.value.id !== id) return { state: 'loading' }
  return answer
}

/** Into the trash, with the way back in the message. */
export function useTrash(): (ids: readonly string[]) => Promise<void> {
  const { api, toasts } = useStudio()
  return useCallback(
    async (ids) => {
      if (ids.length === 0) return
      const answer = await api.call('images.trash', { ids: [...ids] })
      if (!answer.ok) return toasts.fail(answer.failure)
      toasts.offerUndo(
        (now) => now.t('gallery.trashed', { count: ids.length }),
        // What was erased meanwhile does not come back, and that is said.
        () =>
          void api
            .call('images.restore', { ids: [...ids] })
            .then((restored) => !restored.ok && toasts.fail(restored.failure)),
      )
    },
    [api, toasts],
  )
}

/** What a picture is called where it has no title: the start of its prompt, else its day. */
export function useImageName(): (image: { title: string; prompt: string; createdAt: number }) => string {
  const { t, date } = useLocale()
  return useCallback(
    (image) =>
      image.title || image.prompt.slice(0, 120) || t('common.untitled', { date: date(image.createdAt) }),
    [t, date],
  )
}

/** What a screen reader says of a picture: what was written for it, else its title, else its prompt in plain words. */
export function useAltText(): (image: {
  altText?: string | undefined
  title: string
  prompt: string
  createdAt: number
}) => string {
  const nameOf = useImageName()
  return useCallback(
    (image) => image.altText ?? nameOf({ ...image, prompt: plainWords(image.prompt) }),
    [nameOf],
  )
}
