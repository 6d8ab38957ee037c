import { useEffect } from 'react'
import { isEnded } from '../state/job-list'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { useSubmit } from './submit'

/** While it is on, the next wish is sent as soon as nothing waits or runs. A failure or Stop ends it. */
export function useForever() {
  const { forever, jobs, paused } = useStudio()
  const on = useStore(forever)
  const submit = useSubmit()
  useEffect(() => {
    if (!on) return undefined
    let asking = false
    let seen: string | undefined
    const look = () => {
      const list = jobs.get()
      const latest = list.filter(isEnded).toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0]
      if (seen !== undefined && latest && latest.id !== seen && latest.state !== 'done') {
        forever.set(false)
        return
      }
      seen = latest?.id ?? ''
      if (asking || paused.get() || list.some((job) => !isEnded(job))) return
      asking = true
      void submit().then((taken) => {
        asking = false
        if (!taken) forever.set(false)
      })
    }
    look()
    return jobs.subscribe(look)
  }, [on, forever, jobs, paused, submit])
}
