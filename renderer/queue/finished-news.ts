import type { Job } from '../../contract/job'
import { isEnded } from '../state/job-list'

export type Finished = { pictures: number; failed: number }

/**
 * Watches the jobs and says once, when nothing waits or runs any more, what became of those that ended since it last
 * had something to say. Jobs that were ended by hand count as nothing.
 */
export function watchFinished(): (jobs: readonly Job[]) => Finished | null {
  let before: ReadonlyMap<string, Job['state']> | null = null
  let since: Finished = { pictures: 0, failed: 0 }
  return (jobs) => {
    for (const job of jobs) {
      const was = before?.get(job.id)
      if (was === undefined || was === job.state || !isEnded(job)) continue
      if (job.state === 'done') since = { ...since, pictures: since.pictures + job.images.length }
      if (job.state === 'failed') since = { ...since, failed: since.failed + 1 }
    }
    before = new Map(jobs.map((job) => [job.id, job.state]))
    if (jobs.some((job) => !isEnded(job)) || since.pictures + since.failed === 0) return null
    const finished = since
    since = { pictures: 0, failed: 0 }
    return finished
  }
}
