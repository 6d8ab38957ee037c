import { useCallback } from 'react'
import type { Uploaded } from '../api'
import { useStudio } from './studio'

const types = ['image/png', 'image/jpeg', 'image/webp']
export const pictureTypes = types.join(',')

/** The first picture among dropped, pasted or chosen files. */
export function pictureIn(files: Iterable<File> | null | undefined): File | undefined {
  return [...(files ?? [])].find((file) => types.includes(file.type)) ?? [...(files ?? [])][0]
}

/** Sends a picture file to the library; what goes wrong is told, and null comes back. */
export function useBringIn(): (file: File) => Promise<Uploaded | null> {
  const { api, incognito, toasts } = useStudio()
  return useCallback(
    async (file) => {
      const answer = await api.upload('picture', file, file.name, incognito.get())
      if (answer.ok) return answer.value
      toasts.fail(answer.failure)
      return null
    },
    [api, incognito, toasts],
  )
}
