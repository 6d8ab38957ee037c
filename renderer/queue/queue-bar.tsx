import { ChevronDown, ChevronUp, Pause, Play, Square } from 'lucide-react'
import { useId, useMemo, useRef, useState } from 'react'
import './queue.css'
import type { Job } from '../../contract/job'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { endedJobs, runningJob, waitingJobs } from '../state/job-list'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { useForecast } from '../create/forecast'
import { forecastItems } from './queue-forecast'
import { ProgressLine } from './progress-line'
import { QueuePanel } from './queue-panel'

/** How far it is, in one line; the queue folds out of it. */
export function QueueBar() {
  const { api, jobs, models, paused } = useStudio()
  const { t, duration } = useLocale()
  const [open, setOpen] = useState(false)
  const id = useId()
  const toggle = useRef<HTMLButtonElement>(null)
  const list = useStore(jobs)
  const isPaused = useStore(paused)
  const running = runningJob(list)
  const waiting = waitingJobs(list)
  const ended = endedJobs(list)
  const known = useStore(models)
  const items = useMemo(() => forecastItems(waitingJobs(list), known ?? []), [list, known])
  const ahead = useForecast(items)?.milliseconds
  if (!running && waiting.length === 0 && ended.length === 0 && !isPaused) return null

  const idle = !running && waiting.length === 0 && !isPaused

  return (
    <div
      className={`queue-bar ${idle ? 'idle' : ''}`}
      role="presentation"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        // What is open closes first; elsewhere Escape stops what is being made.
        event.stopPropagation()
        setOpen(false)
        toggle.current?.focus()
      }}
    >
      {open && (
        <div id={id} className="queue-fold">
          <QueuePanel running={running} waiting={waiting} ended={ended} paused={isPaused} />
        </div>
      )}
      <div className="queue-line">
        {running ? (
          <>
            <ProgressLine job={running} />
            <Button
              icon={Square}
              label={t('create.stop')}
              aria-keyshortcuts="Escape"
              onClick={() => void api.call('jobs.cancel', { id: running.id })}
            />
          </>
        ) : (
          <span className="grow" />
        )}
        {isPaused && (
          <>
            <span className="queue-paused">
              <Pause size={14} aria-hidden="true" />
              {t('queue.paused')}
            </span>
            {/* It stays paused over a restart: the way on is where somebody wonders why nothing is made. */}
            {!open && (
              <Button
                icon={Play}
                label={t('queue.resume')}
                onClick={() => {
                  // The button goes away; the keyboard stays at the queue.
                  toggle.current?.focus()
                  void api.call('queue.pause', { paused: false })
                }}
              />
            )}
          </>
        )}
        <button
          ref={toggle}
          type="button"
          className="queue-toggle"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
        >
          <span className="hidden-text">{t(open ? 'queue.close' : 'queue.open')}: </span>
          {waiting.length > 0 ? t('queue.waiting', { count: waiting.length }) : t('queue.title')}
          {waiting.length > 0 && ahead !== undefined && ` · ${t('queue.ahead', { time: duration(ahead) })}`}
          {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronUp size={14} aria-hidden="true" />}
        </button>
      </div>
    </div>
  )
}

export type QueueParts = {
  running: Job | undefined
  waiting: readonly Job[]
  ended: readonly Job[]
  paused: boolean
}
