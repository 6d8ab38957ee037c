import { useEffect } from 'react'
import type { EventName } from '../../contract/api'
import { useStudio } from '../state/studio'

/** What may change a row of the mirror. */
const news: readonly EventName[] = [
  'job.changed',
  'job.removed',
  'image.added',
  'images.changed',
  'collections.changed',
  'models.changed',
  'settings.changed',
  'network.blocked',
]

/** many pictures may come in within a second; the mirror is counted once */
const patience = 400

/** Calls `look` when something of what is held has changed, so that what stands on the screen is what is there. */
export function useNews(look: () => void): void {
  const { api } = useStudio()
  useEffect(() => {
    let timer = 0
    const later = () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(look, patience)
    }
    const stops = news.map((name) => api.on(name, later))
    return () => {
      window.clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [api, look])
}
