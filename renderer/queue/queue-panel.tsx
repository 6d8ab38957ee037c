import { Pause, Play } from 'lucide-react'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { NotifySwitch } from './notify-switch'
import type { QueueParts } from './queue-bar'
import { QueueItem, toQueue } from './queue-item'

const endedShown = 20

export function QueuePanel({ running, waiting, ended, paused }: QueueParts) {
  const { api } = useStudio()
  const { t } = useLocale()
  return (
    <section className="queue" aria-label={t('queue.title')} tabIndex={-1}>
      <header className="row spread wrap">
        <h2>{t('queue.title')}</h2>
        <div className="row wrap">
          <Button
            icon={paused ? Play : Pause}
            label={t(paused ? 'queue.resume' : running ? 'queue.pause' : 'queue.pauseIdle')}
            onClick={() => void api.call('queue.pause', { paused: !paused })}
          />
          <NotifySwitch />
          {(running || waiting.length > 0) && (
            <Button
              label={t('queue.cancelAll')}
              onClick={(event) => {
                toQueue(event.currentTarget)
                void api.call('jobs.cancelAll', null)
              }}
            />
          )}
          {ended.length > 0 && (
            <Button
              label={t('queue.clear')}
              onClick={(event) => {
                toQueue(event.currentTarget)
                void api.call('jobs.clear', null)
              }}
            />
          )}
        </div>
      </header>
      {!running && waiting.length === 0 && (
        <p className="faint">
          {t('queue.empty')} {t('queue.emptyText')}
        </p>
      )}
      {running && (
        <ul aria-label={t('queue.now')}>
          <QueueItem job={running} />
        </ul>
      )}
      {waiting.length > 0 && (
        <>
          <h3>{t('queue.next')}</h3>
          <ul aria-label={t('queue.next')}>
            {waiting.map((job, index) => (
              <QueueItem key={job.id} job={job} place={{ index, last: waiting.length - 1 }} />
            ))}
          </ul>
        </>
      )}
      {ended.length > 0 && (
        <>
          <h3>{t('queue.ended')}</h3>
          <ul aria-label={t('queue.ended')}>
            {ended.slice(0, endedShown).map((job) => (
              <QueueItem key={job.id} job={job} />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
