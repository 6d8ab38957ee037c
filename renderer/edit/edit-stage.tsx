import { Redo2, Undo2 } from 'lucide-react'
import { useRef } from 'react'
import type { Image } from '../../contract/image'
import type { Job } from '../../contract/job'
import { media } from '../api'
import { Button, IconButton } from '../components/button'
import { CompareSlider } from '../components/compare'
import { FailureNotice } from '../components/failure-notice'
import { PictureActions } from '../components/picture-actions'
import { SettledPicture } from '../components/settled-picture'
import { useLocale } from '../locales/context'
import { ProgressLine } from '../queue/progress-line'
import { useImage, useImageName } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { usePanZoom } from '../viewer/use-pan-zoom'
import { ZoomTools } from '../viewer/zoom-tools'
import type { Editing } from './editing'
import { FaceFrame, type Frame, firstFrame } from './face-frame'
import { ExtendPreview } from './extend-preview'
import { MaskSurface } from './mask-surface'
import { BrushPalette, type BrushState } from './mask-tools'
import { RestoreLook } from './restore-look'
import type { Restoring } from './restore-panel'
import { useStageDrag } from './stage-drag'
import type { Preview } from './use-restore-preview'

type EditStageProps = {
  image: Image
  /** the picture it was before, when there is one */
  before: string | undefined
  job: Job | undefined
  editing: Editing
  brush: BrushState
  onBrush: (brush: BrushState) => void
  /** the square around a face; null: where one most often is */
  frame: Frame | null
  onFrame: (frame: Frame) => void
  /** what restoring is set to while its panel is open and nothing else is done with the picture */
  restoring: Restoring | null
  onRestoring: (restoring: Restoring) => void
  preview: Preview
  onStop: () => void
}

/** The picture at hand: being painted on, extended, being changed, or compared with what it was. */
export function EditStage(props: EditStageProps) {
  const { image, before, job, editing, brush, onBrush, frame, onFrame, restoring, onStop } = props
  const { jobs } = useStudio()
  const waits = useStore(jobs).some((one) => one.state === 'running')
  const { t } = useLocale()
  const nameOf = useImageName()
  const earlier = useImage(before)
  const busy = job?.state === 'running' || job?.state === 'queued'
  const name = nameOf(image)
  const stage = useRef<HTMLDivElement>(null)
  const compared = !restoring && editing.tool === 'none' && before !== undefined && image.source === before
  const panZoom = usePanZoom(stage, `${image.id} ${editing.tool} ${compared}`)
  const zooms = !busy && !compared && !restoring && editing.tool !== 'extend' && editing.tool !== 'face'
  const drag = useStageDrag(stage, panZoom, zooms)

  const picture = () => {
    if (busy) {
      const preview = job.progress?.preview ?? 0
      const src = preview > 0 ? media.preview(job.id, preview) : media.image(image.id)
      return (
        <SettledPicture className={`stage-picture ${preview > 0 ? '' : 'waiting'}`} src={src} alt={name} />
      )
    }
    if (editing.tool === 'extend')
      return <ExtendPreview image={image} margins={editing.margins} name={name} />
    const whole = (
      <SettledPicture
        className="stage-picture"
        src={media.image(image.id)}
        small={media.small(image.id)}
        alt={name}
      />
    )
    if (editing.tool === 'face') {
      return <FaceFrame image={image} name={name} frame={frame ?? firstFrame(image)} onFrame={onFrame} />
    }
    if (editing.tool === 'paint' || editing.tool === 'scratches') {
      return (
        <>
          {whole}
          <MaskSurface
            width={image.width}
            height={image.height}
            brush={brush}
            acts={editing.mask}
            onAct={editing.paint}
            view={panZoom.view}
          />
          <BrushPalette editing={editing} brush={brush} onBrush={onBrush} />
        </>
      )
    }
    if (restoring) {
      return (
        <RestoreLook
          image={image}
          name={name}
          preview={props.preview}
          strength={restoring.wishes.strength}
          centre={restoring.centre}
          onCentre={(centre) => props.onRestoring({ ...restoring, centre })}
          waits={waits}
        />
      )
    }
    // An extended picture was made from another one, and has nothing to be laid over this.
    if (compared && earlier.value) {
      return (
        <CompareSlider
          key={image.id}
          ratio={image.width / image.height}
          before={{
            src: media.image(before),
            small: media.small(before),
            label: t('gallery.before'),
            alt: t('gallery.before'),
          }}
          after={{
            src: media.image(image.id),
            small: media.small(image.id),
            label: t('gallery.after'),
            alt: name,
          }}
        />
      )
    }
    return whole
  }

  return (
    <section className="edit-stage" aria-label={t('edit.canvas')}>
      <div
        ref={stage}
        className={`stage ${zooms ? panZoom.className : ''} ${drag.className}`}
        style={zooms ? panZoom.style : undefined}
        {...drag.handlers}
      >
        {picture()}
      </div>
      {job?.state === 'failed' && job.failure && <FailureNotice failure={job.failure} />}
      <div className="stage-bar">
        {busy ? (
          <>
            <ProgressLine job={job} />
            <Button label={t('edit.stop')} onClick={onStop} />
          </>
        ) : (
          <>
            <IconButton
              icon={Undo2}
              label={t('common.undo')}
              disabled={!editing.canUndo}
              onClick={editing.undo}
            />
            <IconButton
              icon={Redo2}
              label={t('common.redo')}
              disabled={!editing.canRedo}
              onClick={editing.redo}
            />
            {zooms && <ZoomTools panZoom={panZoom} />}
            <span className="faint small stage-size">{t('common.pixels', image)}</span>
            <span className="grow" />
            <PictureActions
              image={image}
              onTrash={() => editing.write({ pictures: editing.draft.pictures.slice(0, -1) })}
            />
          </>
        )}
      </div>
    </section>
  )
}
