import { ArrowLeft } from 'lucide-react'
import type { Image } from '../../contract/image'
import type { Job } from '../../contract/job'
import { media } from '../api'
import { Button } from '../components/button'
import { CompareSlider } from '../components/compare'
import { FailureNotice } from '../components/failure-notice'
import { PictureActions } from '../components/picture-actions'
import { SettledPicture } from '../components/settled-picture'
import { useLocale } from '../locales/context'
import { ProgressLine } from '../queue/progress-line'
import { useImageName } from '../state/library'
import type { MaskHistory } from './mask-history'
import { MaskSurface } from './mask-surface'
import type { BrushState } from './mask-tools'

type EditStageProps = {
  image: Image
  /** the picture it was before, when there is one */
  before: string | undefined
  job: Job | undefined
  painting: boolean
  brush: BrushState
  history: MaskHistory
  onHistory: (history: MaskHistory) => void
  onBack: () => void
  onStop: () => void
}

/** The picture at hand: being painted on, being changed, or compared with what it was. */
export function EditStage(props: EditStageProps) {
  const { image, before, job, painting, brush, history, onHistory, onBack, onStop } = props
  const { t } = useLocale()
  const nameOf = useImageName()
  const busy = job?.state === 'running' || job?.state === 'queued'
  const name = nameOf(image)

  const picture = () => {
    if (painting && !busy) {
      return (
        <>
          <img className="stage-picture" src={media.image(image.id)} alt={name} draggable={false} />
          <MaskSurface
            width={image.width}
            height={image.height}
            brush={brush}
            history={history}
            onHistory={onHistory}
          />
        </>
      )
    }
    if (busy) {
      const preview = job.progress?.preview ?? 0
      const src = preview > 0 ? media.preview(job.id, preview) : media.image(image.id)
      return (
        <SettledPicture className={`stage-picture ${preview > 0 ? '' : 'waiting'}`} src={src} alt={name} />
      )
    }
    if (before) {
      return (
        <CompareSlider
          before={{ src: media.image(before), label: t('gallery.before'), alt: t('gallery.before') }}
          after={{ src: media.image(image.id), label: t('gallery.after'), alt: name }}
        />
      )
    }
    return <img className="stage-picture" src={media.image(image.id)} alt={name} draggable={false} />
  }

  return (
    <section className="edit-stage" aria-label={t('edit.canvas')}>
      <div className="stage">{picture()}</div>
      {job?.state === 'failed' && job.failure && <FailureNotice failure={job.failure} />}
      <div className="stage-bar">
        {busy ? (
          <>
            <ProgressLine job={job} />
            <Button label={t('edit.stop')} onClick={onStop} />
          </>
        ) : (
          <>
            {before && <Button icon={ArrowLeft} label={t('edit.back')} onClick={onBack} />}
            <span className="faint small">{t('common.pixels', image)}</span>
            <span className="grow" />
            <PictureActions image={image} onTrash={onBack} />
          </>
        )}
      </div>
    </section>
  )
}
