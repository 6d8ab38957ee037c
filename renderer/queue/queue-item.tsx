import { ArrowDown, ArrowUp, ArrowUpToLine, RotateCcw, X } from 'lucide-react'
import { type MouseEvent, useEffect, useRef, useState } from 'react'
import type { Job } from '../../contract/job'
import { media } from '../api'
import { IconButton } from '../components/button'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'
import { isEnded, jobName } from '../state/job-list'
import { useStudio } from '../state/studio'
import { isUnfinished, UnfinishedActions } from './unfinished-actions'

/** what is carried while a waiting job is moved with the pointer; the buttons do the same */
const dragged = 'application/x-sanggar-job'

/** What is pressed goes away with what it was for; the keyboard stays in the queue. */
export function toQueue(pressed: Element): void {
  pressed.closest<HTMLElement>('.queue')?.focus()
}

type QueueItemProps = { job: Job; place?: { index: number; last: number } }

export function QueueItem({ job, place }: QueueItemProps) {
  const { api, shown, toasts } = useStudio()
  const { t, percent, failure, duration } = useLocale()
  const name = jobName(job, t)
  const picture = job.images.at(-1)
  // The keyboard stays on the button: its row goes elsewhere, and may be the first or last there.
  const pressed = useRef<{ button: HTMLElement; index: number } | null>(null)
  useEffect(() => {
    const last = pressed.current
    if (!last || last.index === place?.index) return
    pressed.current = null
    last.button.focus()
  })
  const mover = (index: number) => {
    const off = place === undefined || index < 0 || index > place.last || index === place.index
    return {
      'aria-disabled': off,
      onClick(event: MouseEvent<HTMLElement>) {
        if (off) return
        pressed.current = { button: event.currentTarget, index: place.index }
        void api.call('jobs.move', { id: job.id, index })
      },
    }
  }
  const retry = async () => {
    const answer = await api.call('jobs.retry', { id: job.id })
    if (answer.ok) shown.set(null)
    else toasts.fail(answer.failure)
  }
  const wrong = job.failure && job.state === 'failed' ? failure(job.failure.code, job.failure) : undefined
  const [over, setOver] = useState(false)
  const took =
    job.startedAt !== undefined && job.endedAt !== undefined
      ? duration(job.endedAt - job.startedAt)
      : undefined

  return (
    <li className={`queue-item ${job.state} ${over ? 'over' : ''}`}>
      <div
        className="queue-row"
        role="presentation"
        draggable={place !== undefined}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move'
          event.dataTransfer.setData(dragged, job.id)
        }}
        onDragOver={(event) => {
          if (!place || !event.dataTransfer.types.includes(dragged)) return
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          setOver(false)
          if (!place || !event.dataTransfer.types.includes(dragged)) return
          event.preventDefault()
          const id = event.dataTransfer.getData(dragged)
          if (id !== job.id) void api.call('jobs.move', { id, index: place.index })
        }}
      >
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
            {wrong?.what ?? t(`state.${job.state}`)}
            {job.state === 'running' && job.progress && ` · ${percent(job.progress.fraction)}`}
            {job.state === 'done' && took && ` · ${took}`}
          </span>
        </span>
        {place && (
          <>
            <IconButton icon={ArrowUpToLine} size={16} label={t('queue.front', { name })} {...mover(0)} />
            <IconButton
              icon={ArrowUp}
              size={16}
              label={t('queue.up', { name })}
              {...mover(place.index - 1)}
            />
            <IconButton
              icon={ArrowDown}
              size={16}
              label={t('queue.down', { name })}
              {...mover(place.index + 1)}
            />
          </>
        )}
        {isEnded(job) ? (
          job.state !== 'done' && (
            <IconButton
              icon={RotateCcw}
              size={16}
              label={t('queue.retry', { name })}
              onClick={(event) => {
                toQueue(event.currentTarget)
                void retry()
              }}
            />
          )
        ) : (
          <IconButton
            icon={X}
            size={16}
            label={t('queue.cancel', { name })}
            onClick={(event) => {
              toQueue(event.currentTarget)
              void api.call('jobs.cancel', { id: job.id })
            }}
          />
        )}
      </div>
      {job.state === 'running' && job.progress && (
        <ProgressBar label={t('progress.of', { name })} fraction={job.progress.fraction} />
      )}
      {wrong && (
        <p className="small faint queue-why">
          {wrong.why} {wrong.do}
        </p>
      )}
      {isUnfinished(job) && <UnfinishedActions job={job} />}
    </li>
  )
}
