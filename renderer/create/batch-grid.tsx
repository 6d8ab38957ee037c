import { Images } from 'lucide-react'
import { useState } from 'react'
import type { Job } from '../../contract/job'
import { media } from '../api'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { galleryStart } from '../gallery/gallery-left'
import { goTo } from '../shell/go-to'
import { isEnded } from '../state/job-list'
import { useImage } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import type { BatchView } from './batch'
import { drawSheet } from './contact-sheet'

/** The pictures of one series side by side, each under what it differs in; what is not made yet has its place. */
export function BatchGrid({ view }: { view: BatchView }) {
  const { api, galleryLeft, incognito, toasts } = useStudio()
  const secret = useStore(incognito)
  const { t } = useLocale()
  const [saving, setSaving] = useState(false)
  const axis = t(`series.axis.${view.axis}`)
  const nameOf = (value: string) => (view.axis === 'sampler' && value === 'auto' ? t('common.auto') : value)
  const complete = view.places.every((place) => place.jobs.every(isEnded))
  const some = view.places.some((place) => place.jobs.some((job) => job.images.length > 0))
  const isThere = async (id: string) => {
    const answer = await api.call('images.get', { id })
    return answer.ok && answer.value.trashedAt === undefined
  }
  const save = async () => {
    setSaving(true)
    const columns = view.places.map(async ({ value, jobs }) => {
      const ids = jobs.flatMap((job) => job.images)
      const there = await Promise.all(ids.map(isThere))
      return {
        label: nameOf(value),
        pictures: ids.filter((_, index) => there[index]).map((id) => media.image(id)),
      }
    })
    const sheet = await drawSheet(axis, await Promise.all(columns))
    setSaving(false)
    if (!sheet) return toasts.fail({ code: 'internal', detail: 'canvas' })
    const kept = await api.upload('import', sheet, 'series.png')
    if (!kept.ok) return toasts.fail(kept.failure)
    toasts.show((now) => now.t('series.saved'), {
      label: (now) => now.t('nav.gallery'),
      run() {
        // Where it is the newest of all, whatever was searched before.
        galleryLeft.set(galleryStart)
        goTo('gallery')
      },
    })
  }

  return (
    <section className="batch" aria-label={t('series.grid', { axis })}>
      <ol className={`batch-grid ${view.places.length > 6 ? 'many' : ''}`}>
        {view.places.map((place) => (
          <li key={place.index}>
            <p className="batch-label" title={nameOf(place.value)}>
              {view.axis === 'prompt' || view.axis === 'variation' ? (
                place.value
              ) : (
                <>
                  <span className="faint">{axis}</span> {nameOf(place.value)}
                </>
              )}
            </p>
            {place.jobs.map((job) => (
              <BatchCell key={job.id} job={job} label={`${axis} ${nameOf(place.value)}`} />
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
  const { t } = useLocale()
  if (job.images.length > 0) return job.images.map((id) => <BatchPicture key={id} id={id} label={label} />)
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

function BatchPicture({ id, label }: { id: string; label: string }) {
  const { shown } = useStudio()
  const { t } = useLocale()
  const answer = useImage(id)
  if (answer.value?.trashedAt !== undefined || (answer.state === 'failed' && !answer.value)) {
    return (
      <div className="batch-picture empty-place">
        <span className="small faint">{t('series.gone')}</span>
      </div>
    )
  }
  return (
    <button
      type="button"
      className="batch-picture"
      aria-label={t('create.openPicture', { name: label })}
      onClick={() => shown.set(id)}
    >
      <img src={media.image(id)} alt="" draggable={false} />
    </button>
  )
}
