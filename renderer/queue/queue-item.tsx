import { ArrowDown, ArrowUp, ArrowUpToLine, RotateCcw, X } from 'lucide-react'
import type { Job } from '../../contract/job'
import { media } from '../api'
import { IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { isEnded, jobName } from '../state/job-list'
import { useStudio } from '../state/studio'
import { isUnfinished, UnfinishedActions } from './unfinished-actions'

type QueueItemProps = { job: Job; place?: { index: number; last: number } }

export function QueueItem({ job, place }: QueueItemProps) {
  const { api, shown, toasts } = useStudio()
  const { t, percent, failure, duration } = useLocale()
  const name = jobName(job, t)
  const picture = job.images.at(-1)
  const move = (index: number) => void api.call('jobs.move', { id: job.id, index })
  const retry = async () => {
    const answer = await api.call('jobs.retry', { id: job.id })
    if (answer.ok) shown.set(null)
    else toasts.fail(answer.failure)
  }
  const why = job.failure && job.state === 'failed' ? failure(job.failure.code, job.failure).what : undefined
  const took =
    job.startedAt !== undefined && job.endedAt !== undefined
      ? duration(job.endedAt - job.startedAt)
      : undefined

  return (
    <li className={`queue-item ${job.state}`}>
      <div className="queue-row">
        {picture ? (
          <button
            type="button"
            className="queue-picture"
            aria-label={t('queue.show', { name })}
            onClick={() => shown.set(picture)}
          >
            <img src={media.thumbnail(picture, 64)} alt="" />
          </button>
        ) : (
          <span className="queue-picture" aria-hidden="true" />
        )}
        <span className="grow queue-words">
          <span className="queue-name">{name}</span>
          <span className="small faint">
            {why ?? t(`state.${job.state}`)}
            {job.state === 'running' && job.progress && ` · ${percent(job.progress.fraction)}`}
            {job.state === 'done' && took && ` · ${took}`}
          </span>
        </span>
        {place && (
          <>
            <IconButton
              icon={ArrowUpToLine}
              size={16}
              label={t('queue.front', { name })}
              disabled={place.index === 0}
              onClick={() => move(0)}
            />
            <IconButton
              icon={ArrowUp}
              size={16}
              label={t('queue.up', { name })}
              disabled={place.index === 0}
              onClick={() => move(place.index - 1)}
            />
            <IconButton
              icon={ArrowDown}
              size={16}
              label={t('queue.down', { name })}
              disabled={place.index === place.last}
              onClick={() => move(place.index + 1)}
            />
          </>
        )}
        {isEnded(job) ? (
          job.state !== 'done' && (
            <IconButton
              icon={RotateCcw}
              size={16}
              label={t('queue.retry', { name })}
              onClick={() => void retry()}
            />
          )
        ) : (
          <IconButton
            icon={X}
            size={16}
            label={t('queue.cancel', { name })}
            onClick={() => void api.call('jobs.cancel', { id: job.id })}
          />
        )}
      </div>
      {isUnfinished(job) && <UnfinishedActions job={job} />}
    </li>
  )
}
