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
/** `answers`: the question that `made` or `failure` is the answer to */
type Answered = Omit<Preview, 'making'> & { answers: string }
const nothing: Answered = { made: null, failure: null, answers: '' }

/** What restoring would make of a part of a picture, made anew when anything changes; null asks nothing and ends it. */
export function useRestorePreview(
  image: string | null,
  { noise, jpeg, colour }: RestoreParts,
  centre: Centre,
): Preview {
  const { api } = useStudio()
  const [answered, setAnswered] = useState(nothing)
  const question = image === null ? '' : JSON.stringify({ image, noise, jpeg, colour, centre })

  useEffect(() => {
    if (image === null) return undefined
    return () => {
      setAnswered(nothing)
      void api.call('restore.endPreview', null)
    }
  }, [api, image])

  useEffect(() => {
    if (question === '') return undefined
    let current = true
    const timer = setTimeout(() => {
      const request = JSON.parse(question) as RestoreParts & { image: string; centre: Centre }
      void api.call('restore.preview', request).then((outcome) => {
        if (!current) return
        setAnswered((before) =>
          outcome.ok
            ? { made: { ...outcome.value, image: request.image }, failure: null, answers: question }
            : { made: before.made, failure: outcome.failure, answers: question },
        )
      })
    }, patience)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, question])

  const making = answered.answers !== question
  const made = answered.made?.image === image ? answered.made : null
  return { made, making, failure: making ? null : answered.failure }
}
