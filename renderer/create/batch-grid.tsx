import { Images } from 'lucide-react'
import { useState } from 'react'
import type { Job } from '../../contract/job'
import { media } from '../api'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { goTo } from '../shell/go-to'
import { isEnded } from '../state/job-list'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import type { BatchView } from './batch'
import { drawSheet } from './contact-sheet'

/** The pictures of one series side by side, each under what it differs in; what is not made yet has its place. */
export function BatchGrid({ view }: { view: BatchView }) {
  const { api, incognito, toasts } = useStudio()
  const secret = useStore(incognito)
  const { t } = useLocale()
  const [saving, setSaving] = useState(false)
  const axis = t(`series.axis.${view.axis}`)
  const complete = view.places.every((place) => place.jobs.every(isEnded))
  const some = view.places.some((place) => place.jobs.some((job) => job.images.length > 0))
  const save = async () => {
    setSaving(true)
    const sheet = await drawSheet(
      axis,
      view.places.map(({ value, jobs }) => ({
        label: value,
        pictures: jobs.flatMap((job) => job.images).map((id) => media.image(id)),
      })),
    )
    setSaving(false)
    if (!sheet) return toasts.fail({ code: 'internal', detail: 'canvas' })
    const kept = await api.upload('import', sheet, 'series.png')
    if (!kept.ok) return toasts.fail(kept.failure)
    toasts.show((now) => now.t('series.saved'), {
      label: (now) => now.t('nav.gallery'),
      run: () => goTo('gallery'),
    })
  }

  return (
    <section className="batch" aria-label={t('series.grid', { axis })}>
      <ol className={`batch-grid ${view.places.length > 6 ? 'many' : ''}`}>
        {view.places.map((place) => (
          <li key={place.index}>
            <p className="batch-label" title={place.value}>
              {view.axis === 'prompt' || view.axis === 'variation' ? (
                place.value
              ) : (
                <>
                  <span className="faint">{axis}</span> {place.value}
                </>
              )}
            </p>
            {place.jobs.map((job) => (
              <BatchCell key={job.id} job={job} label={`${axis} ${place.value}`} />
            ))}
          </li>
        ))}
      </ol>
      {complete && some && !secret && (
        <div className="row batch-foot">
          <Button icon={Images} label={t('series.save')} disabled={saving} onClick={() => void save()} />
        </div>
      )}
    </section>
  )
}

function BatchCell({ job, label }: { job: Job; label: string }) {
  const { shown } = useStudio()
  const { t } = useLocale()
  if (job.images.length > 0) {
    return job.images.map((id) => (
      <button
        key={id}
        type="button"
        className="batch-picture"
        aria-label={t('create.openPicture', { name: label })}
        onClick={() => shown.set(id)}
      >
        <img src={media.image(id)} alt="" draggable={false} />
      </button>
    ))
  }
  const preview = job.progress?.preview ?? 0
  if (job.state === 'running' && preview > 0) {
    return <img className="batch-picture" src={media.preview(job.id, preview)} alt={t('state.running')} />
  }
  const failed = isEnded(job)
  return (
    <div className={`batch-picture empty-place ${job.state === 'running' ? 'busy' : ''}`}>
      <span className="small faint">{t(failed ? 'series.failed' : 'series.waiting')}</span>
    </div>
  )
}
