import { useEffect, useState } from 'react'
import type { Job } from '../../contract/job'
import { useLocale } from '../locales/context'
import { isEnded, runningJob } from '../state/job-list'
import { useStudio } from '../state/studio'
import { useNotifications } from './use-notifications'

const quarters = 4

/** What happens in the queue, said to screen readers: each quarter and the end; not every step. */
export function JobNews() {
  const { editWork, jobs, screen, toasts } = useStudio()
  const { t, percent, failure } = useLocale()
  const [news, setNews] = useState('')
  useNotifications()

  useEffect(() => {
    const before = new Map<string, Job['state']>(jobs.get().map((job) => [job.id, job.state]))
    let saidQuarter = 0
    const tell = (job: Job) => {
      if (job.state === 'done') return setNews(t('progress.done', { count: job.images.length }))
      if (!job.failure || job.state !== 'failed') return setNews(t(`state.${job.state}`))
      setNews(failure(job.failure.code, job.failure).what)
      // Create shows it in place, where the picture would have been, and Edit what was begun there.
      const here = screen.get()
      if (here === 'create' || (here === 'edit' && editWork.get().job === job.id)) return
      toasts.fail(job.failure)
    }
    return jobs.subscribe(() => {
      const list = jobs.get()
      const quarter = Math.floor((runningJob(list)?.progress?.fraction ?? 0) * quarters)
      if (quarter > saidQuarter && quarter < quarters) {
        setNews(`${t('stage.denoising')}: ${percent(quarter / quarters)}`)
      }
      saidQuarter = quarter
      for (const job of list) {
        const was = before.get(job.id)
        before.set(job.id, job.state)
        if (was !== undefined && was !== job.state && isEnded(job)) tell(job)
      }
    })
  }, [editWork, jobs, screen, toasts, t, percent, failure])

  return (
    <div className="hidden-text" role="status" aria-live="polite">
      {news}
    </div>
  )
}
