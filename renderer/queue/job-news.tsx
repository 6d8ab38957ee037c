import { useEffect, useRef, useState } from 'react'
import type { Job } from '../../contract/job'
import { useLocale } from '../locales/context'
import { isEnded, runningJob } from '../state/job-list'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

const quarters = 4

/** What happens in the queue, said to screen readers: a start, each quarter, an end; not every step. */
export function JobNews() {
  const { jobs, screen, toasts } = useStudio()
  const { t, percent, failure } = useLocale()
  const list = useStore(jobs)
  const before = useRef(new Map<string, Job['state']>())
  const [news, setNews] = useState('')

  const running = runningJob(list)
  const quarter = running?.progress ? Math.floor(running.progress.fraction * quarters) : -1
  useEffect(() => {
    if (quarter > 0 && quarter < quarters) setNews(`${t('stage.denoising')}: ${percent(quarter / quarters)}`)
  }, [quarter, t, percent])

  useEffect(() => {
    for (const job of list) {
      const was = before.current.get(job.id)
      before.current.set(job.id, job.state)
      if (was === undefined || was === job.state || !isEnded(job)) continue
      if (job.state === 'done') setNews(t('progress.done', { count: job.images.length }))
      else if (job.failure && job.state === 'failed') {
        setNews(failure(job.failure.code, job.failure).what)
        // Create and Edit show it in place, where the picture would have been.
        if (screen.get() !== 'create' && screen.get() !== 'edit') toasts.fail(job.failure)
      } else setNews(t(`state.${job.state}`))
    }
  }, [list, t, failure, toasts, screen])

  return (
    <div className="hidden-text" role="status" aria-live="polite">
      {news}
    </div>
  )
}
