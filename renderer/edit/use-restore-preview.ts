import { useEffect, useState } from 'react'
import type { Failure } from '../../contract/errors'
import type { RestoreRequest } from '../../contract/generation'
import type { RestorePreview } from '../../contract/restore-preview'
import { useStudio } from '../state/studio'

export type RestoreParts = Pick<RestoreRequest, 'noise' | 'jpeg' | 'colour'>
export type Centre = { x: number; y: number }

export type Preview = {
  /** the newest one, of this picture; it stays while another is being made */
  made: (RestorePreview & { image: string }) | null
  making: boolean
  failure: Failure | null
}

/** milliseconds without a further change before a preview is asked for */
const patience = 150
const none: Preview = { made: null, making: false, failure: null }

/** What restoring would make of a part of a picture, made anew when anything changes; null asks nothing and ends it. */
export function useRestorePreview(
  image: string | null,
  { noise, jpeg, colour }: RestoreParts,
  { x, y }: Centre,
): Preview {
  const { api } = useStudio()
  const [preview, setPreview] = useState(none)

  useEffect(() => {
    if (image === null) return undefined
    return () => {
      setPreview(none)
      void api.call('restore.endPreview', null)
    }
  }, [api, image])

  useEffect(() => {
    if (image === null) return undefined
    let current = true
    setPreview((before) => ({ ...before, making: true }))
    const timer = setTimeout(() => {
      const request = { image, noise, jpeg, colour, centre: { x, y } }
      void api.call('restore.preview', request).then((outcome) => {
        if (!current) return
        setPreview((before) =>
          outcome.ok
            ? { made: { ...outcome.value, image }, making: false, failure: null }
            : { ...before, making: false, failure: outcome.failure },
        )
      })
    }, patience)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, image, noise, jpeg, colour, x, y])

  // Until the effects have run the state may still speak of the picture before.
  if (image === null) return none
  return preview.made === null || preview.made.image === image ? preview : { ...none, making: true }
}
