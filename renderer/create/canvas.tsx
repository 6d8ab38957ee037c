import { Rows3 } from 'lucide-react'
import { type CSSProperties, useState } from 'react'
import type { Image } from '../../contract/image'
import type { Job } from '../../contract/job'
import type { Model } from '../../contract/model'
import { media } from '../api'
import { Button } from '../components/button'
import { FailureNotice } from '../components/failure-notice'
import { CoverNotice } from '../components/cover-notice'
import { PictureActions } from '../components/picture-actions'
import { SettledPicture } from '../components/settled-picture'
import { useLocale } from '../locales/context'
import { endedJobs, jobName, runningJob } from '../state/job-list'
import { useImage, useImageName } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { Viewer } from '../viewer/viewer'
import { batchOf, batchView } from './batch'
import { BatchGrid } from './batch-grid'
import { JobNotes } from './job-notes'

/** The middle of Create: what is being made, in the place where it will stand, or a picture that was made. */
export function Canvas({ newest, welcome }: { newest: string | null; welcome: React.ReactNode }) {
  const { jobs, shown } = useStudio()
  const { t } = useLocale()
  const pinned = useStore(shown)
  const list = useStore(jobs)
  const running = runningJob(list)
  const last = endedJobs(list)[0]
  const [dismissed, setDismissed] = useState<string | null>(null)

  const body = () => {
    if (pinned !== null) return <Shown id={pinned} />
    const batch = batchOf(running ?? last)
    const view = batch && batch.id !== dismissed ? batchView(list, batch.id) : undefined
    if (view && view.places.length > 1) return <BatchGrid view={view} />
    if (running) return <Making job={running} />
    const broken = last?.state === 'failed' || last?.state === 'interrupted'
    if (last && broken && last.failure && last.id !== dismissed) {
      return <Failed job={last} onDismiss={() => setDismissed(last.id)} />
    }
    if (last?.state === 'done' && last.images.length > 1) return <Several job={last} />
    if (newest !== null) return <Shown id={newest} />
    return welcome
  }
  return (
    <section className="canvas" aria-label={t('create.canvas')}>
      {body()}
    </section>
  )
}

function Shown({ id }: { id: string }) {
  const { shown, jobs } = useStudio()
  const { t, duration } = useLocale()
  const nameOf = useImageName()
  const [viewing, setViewing] = useState(false)
  const answer = useImage(id)
  const list = useStore(jobs)
  const job = list.find((one) => one.images.includes(id))
  // The way back to the others that were made with it.
  const batch = batchOf(job)
  const among = batch !== undefined && batchOf(runningJob(list) ?? endedJobs(list)[0])?.id === batch.id
  const image = answer.value
  if (answer.state === 'failed' && !image) {
    return (
      <div className="canvas-message">
        <FailureNotice failure={answer.failure} />
      </div>
    )
  }
  if (!image) return <div aria-busy="true" />
  return (
    <figure className="canvas-figure">
      <button
        type="button"
        className="canvas-open"
        style={shapeOf(image.width / image.height)}
        aria-label={`${t('create.openViewer')}: ${nameOf(image)}`}
        onClick={() => setViewing(true)}
      >
        <SettledPicture
          src={media.image(id)}
          small={media.small(id)}
          alt={nameOf(image)}
          className="canvas-picture"
        />
      </button>
      <CoverNotice image={image} />
      <figcaption className="canvas-caption">
        <span className="row wrap faint small">
          {image.seed !== undefined && <span>{t('create.seedOf', { seed: image.seed })}</span>}
          {image.steps !== undefined && <span>{t('create.stepsOf', { count: image.steps })}</span>}
          <span>{t('common.pixels', image)}</span>
          {image.milliseconds !== undefined && (
            <span>{t('create.took', { time: duration(image.milliseconds) })}</span>
          )}
        </span>
        {among && <Button icon={Rows3} label={t('series.open')} onClick={() => shown.set(null)} />}
        <PictureActions image={image} onView={() => setViewing(true)} onTrash={() => shown.set(null)} />
      </figcaption>
      <Remarks image={image} job={job} />
      {viewing && <Viewer id={id} onClose={() => setViewing(false)} onTrash={() => shown.set(null)} />}
    </figure>
  )
}

const shapeOf = (ratio: number) => ({ '--ratio': ratio }) as CSSProperties

function Remarks({ image, job }: { image: Image; job: Job | undefined }) {
  const { t, list } = useLocale()
  if (image.ignoredWords.length === 0 && (job?.notes.length ?? 0) === 0) return null
  return (
    <div className="canvas-remarks small">
      {image.ignoredWords.length > 0 && (
        <p>
          {t('create.ignored', {
            count: image.ignoredWords.length,
            words: list(image.ignoredWords.map((word) => `“${word}”`)),
          })}
        </p>
      )}
      {job && <JobNotes notes={job.notes} />}
    </div>
  )
}

/** The shape that a picture will have: the one asked for, or that of the picture it begins with where its model can. */
function ratioOf(request: Job['request'], models: readonly Model[], source: Image | undefined): number {
  const made = request.kind === 'generate' ? request : undefined
  if (made?.width && made.height) return made.width / made.height
  const limits = models.find(({ id }) => id === made?.model)?.limits
  const own = limits && limits.defaultWidth / limits.defaultHeight
  if (own !== undefined && limits?.minimum === limits?.maximum) return own
  return source ? source.width / source.height : (own ?? 1)
}

function Making({ job }: { job: Job }) {
  const { models } = useStudio()
  const { t } = useLocale()
  const preview = job.progress?.preview ?? 0
  const { request } = job
  const list = useStore(models)
  const source = useImage(request.kind === 'generate' ? request.image?.id : request.image).value
  const ratio = ratioOf(request, list ?? [], source)
  const alt = `${t('state.running')}: ${jobName(job, t)}`
  return (
    <figure className="canvas-figure making">
      <div className="canvas-open" style={shapeOf(ratio)}>
        {preview > 0 ? (
          <SettledPicture src={media.preview(job.id, preview)} alt={alt} className="canvas-picture" />
        ) : (
          <div className="canvas-picture canvas-place" role="img" aria-label={alt} />
        )}
      </div>
      <figcaption className="canvas-caption faint small">{jobName(job, t)}</figcaption>
    </figure>
  )
}

function Several({ job }: { job: Job }) {
  const arrangement = job.images.length > 4 ? 'many' : job.images.length === 2 ? 'pair' : ''
  const { t, number } = useLocale()
  return (
    <ul className={`canvas-several ${arrangement}`} aria-label={jobName(job, t)}>
      {job.images.map((id, index) => (
        <OneOfSeveral key={id} id={id} name={`${number(index + 1)}: ${jobName(job, t)}`} />
      ))}
    </ul>
  )
}

/** One that went into the trash meanwhile is not shown any more. */
function OneOfSeveral({ id, name }: { id: string; name: string }) {
  const { shown } = useStudio()
  const { t } = useLocale()
  const answer = useImage(id)
  if (answer.value?.trashedAt !== undefined || (answer.state === 'failed' && !answer.value)) return null
  return (
    <li>
      <button type="button" aria-label={t('create.openPicture', { name })} onClick={() => shown.set(id)}>
        <img src={media.image(id)} alt="" draggable={false} />
      </button>
    </li>
  )
}

function Failed({ job, onDismiss }: { job: Job; onDismiss: () => void }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  if (!job.failure) return null
  return (
    <div className="canvas-message">
      <FailureNotice failure={job.failure}>
        <Button
          label={t('common.retry')}
          onClick={() =>
            void api
              .call('jobs.retry', { id: job.id })
              .then((answer) => !answer.ok && toasts.fail(answer.failure))
          }
        />
        <Button label={t('common.dismiss')} onClick={onDismiss} />
      </FailureNotice>
    </div>
  )
}
