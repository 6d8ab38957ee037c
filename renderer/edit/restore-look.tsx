import type { KeyboardEvent, PointerEvent } from 'react'
import type { Image } from '../../contract/image'
import { media } from '../api'
import { CompareSlider } from '../components/compare'
import { SettledPicture } from '../components/settled-picture'
import { FailureNotice } from '../components/failure-notice'
import { JobNotes } from '../create/job-notes'
import { useLocale } from '../locales/context'
import type { Centre, Preview } from './use-restore-preview'

type RestoreLookProps = {
  image: Image
  name: string
  preview: Preview
  /** 0 the picture as it is, 1 fully restored */
  strength: number
  centre: Centre
  onCentre: (centre: Centre) => void
  /** another job is at work, which comes first */
  waits: boolean
}

/** What restoring would do, before it is done: a part of the picture at full detail, as it is and as it would be. */
export function RestoreLook(props: RestoreLookProps) {
  const { image, name, preview, strength, centre, onCentre, waits } = props
  const { t, percent } = useLocale()
  const { made, making, failure } = preview
  const parts = made && media.restorePreview(made.id, image.id)
  const isPart = made !== null && (made.window.width < image.width || made.window.height < image.height)
  return (
    <div className="restore-look">
      {parts ? (
        <CompareSlider
          before={{ src: parts.before, label: t('gallery.before'), alt: t('gallery.before') }}
          after={{
            src: parts.before,
            over: { src: parts.after, share: strength },
            label: t('edit.restore.previewed', { strength: percent(strength) }),
            alt: name,
          }}
        />
      ) : (
        <SettledPicture
          className="stage-picture"
          src={media.image(image.id)}
          small={media.small(image.id)}
          alt={name}
        />
      )}
      {isPart && <PictureMap image={image} window={made.window} centre={centre} onCentre={onCentre} />}
      <div className="restore-found" role="status">
        {failure && failure.code !== 'cancelled' && <FailureNotice failure={failure} />}
        {making ? (
          <p>{t(waits ? 'edit.restore.previewWaits' : 'edit.restore.previewing')}</p>
        ) : (
          made && <JobNotes notes={made.notes} />
        )}
      </div>
    </div>
  )
}

type PictureMapProps = {
  image: Image
  window: NonNullable<Preview['made']>['window']
  centre: Centre
  onCentre: (centre: Centre) => void
}

const keySteps: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The whole picture small, with a frame around the part that is looked at: pressed or by arrow keys it goes elsewhere. */
function PictureMap({ image, window, centre, onCentre }: PictureMapProps) {
  const { t } = useLocale()
  const { width, height } = image
  const within = (value: number) => Math.min(Math.max(value, 0), 1)
  const move = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    const x = within((event.clientX - box.left) / box.width)
    onCentre({ x, y: within((event.clientY - box.top) / box.height) })
  }
  const byKey = (event: KeyboardEvent) => {
    const step = keySteps[event.key]
    if (!step) return
    event.preventDefault()
    // Half a part further. Beyond the border the part would stand still while the centre went on.
    const along = (at: number, part: number, whole: number, steps: number) => {
      const edge = Math.min(part / whole / 2, 0.5)
      return Math.min(Math.max(at + steps * edge, edge), 1 - edge)
    }
    onCentre({
      x: along(centre.x, window.width, width, step[0]),
      y: along(centre.y, window.height, height, step[1]),
    })
  }
  return (
    <button
      type="button"
      className="restore-map"
      aria-label={t('edit.restore.look')}
      title={t('edit.restore.look')}
      style={{ aspectRatio: width / height }}
      onPointerDown={move}
      onPointerMove={move}
      onKeyDown={byKey}
    >
      <img src={media.thumbnail(image.id, 320)} alt="" draggable={false} />
      <span
        style={{
          left: `${(window.left / width) * 100}%`,
          top: `${(window.top / height) * 100}%`,
          width: `${(window.width / width) * 100}%`,
          height: `${(window.height / height) * 100}%`,
        }}
      />
    </button>
  )
}
