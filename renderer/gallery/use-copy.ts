import { useCallback } from 'react'
import { media } from '../api'
import { useStudio } from '../state/studio'

/**
 * Copies pictures and words. Where the host can mark a copy as nothing for clipboard histories it does so; elsewhere
 * the page copies by itself. The picture is the stored PNG: pixels, no settings.
 */
export function useCopyPicture(): (id: string) => Promise<void> {
  const { api, info, toasts } = useStudio()
  return useCallback(
    async (id) => {
      if (info.get()?.capabilities.privateClipboard) {
        const answer = await api.call('host.copyPicture', { image: id })
        if (!answer.ok) return toasts.fail(answer.failure)
      } else {
        try {
          const picture = fetch(media.original(id)).then((response) => response.blob())
          await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])
        } catch {
          return toasts.show((now) => now.t('gallery.copyRefused'))
        }
      }
      return toasts.show((now) => now.t('gallery.pictureCopied'))
    },
    [api, info, toasts],
  )
}

export function useCopyText(): (text: string) => Promise<void> {
  const { api, info, toasts } = useStudio()
  return useCallback(
    async (text) => {
      if (info.get()?.capabilities.privateClipboard) {
        const answer = await api.call('host.copyText', { text })
        if (!answer.ok) return toasts.fail(answer.failure)
      } else {
        try {
          await navigator.clipboard.writeText(text)
        } catch {
          return toasts.show((now) => now.t('gallery.copyRefused'))
        }
      }
      return toasts.show((now) => now.t('common.copied'))
    },
    [api, info, toasts],
  )
}
