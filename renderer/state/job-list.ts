import type { Job, JobState } from '../../contract/job'
import type { Translate } from '../locales/translate'

const ended: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled', 'interrupted'])
export const isEnded = (job: Job) => ended.has(job.state)

/** The list with one job new or changed; waiting jobs in the order in which they will run. */
export function putJob(jobs: readonly Job[], job: Job): Job[] {
  const others = jobs.filter((other) => other.id !== job.id)
  return [...others, job].sort(
    (one, other) => one.position - other.position || one.createdAt - other.createdAt,
  )
}

export const runningJob = (jobs: readonly Job[]) => jobs.find((job) => job.state === 'running')
export const waitingJobs = (jobs: readonly Job[]) => jobs.filter((job) => job.state === 'queued')
/** Latest first. */
export const endedJobs = (jobs: readonly Job[]) =>
  jobs
    .filter(isEnded)
    .sort((one, other) => (other.endedAt ?? other.createdAt) - (one.endedAt ?? one.createdAt))

/** What a person calls this job: its prompt, or what it does. */
export function jobName({ request }: Job, t: Translate): string {
  if (request.kind === 'upscale') return t('job.upscale', { scale: request.scale })
  if (request.kind !== 'generate') return t(`job.${request.kind}`)
  return request.prompt === '' ? t('job.generate') : request.prompt
}
