import './viewer.css'
import { ChevronLeft, ChevronRight, Expand, Minus, Pause, Play, Plus, X } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { media } from '../api'
import { IconButton } from '../components/button'
import { CoverNotice } from '../components/cover-notice'
import { FailureNotice } from '../components/failure-notice'
import { SettledPicture } from '../components/settled-picture'
import { useModal } from '../components/use-modal'
import type { CommandName } from '../keys/commands'
import { useCommands } from '../keys/use-commands'
import { useLocale } from '../locales/context'
import { useAltText, useImage, useImageName, useTrash } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { actualScale, fitted, zoomAt } from './pan-zoom'
import { keyStep, usePanZoom } from './use-pan-zoom'

type ViewerProps = {
  id: string
  onClose: () => void
  /** it goes into the trash: what stands behind the viewer may have to show another one */
  onTrash?: () => void
  /** where it stands among others, and the way to them */
  place?: ViewerPlace
}

/** `position` counts from 1. */
export type ViewerPlace = {
  position: number
  total: number
  to: (position: number) => void
  /** to the one that comes into its place when it goes */
  onGone: () => void
  /** begin as a slideshow */
  playing?: boolean
}

const paces = [2, 4, 8, 15, 30]

/** One picture over the whole window: wheel or +/- zooms, drag pans, Z goes between fit and actual size. */
export function Viewer({ id, onClose, onTrash, place }: ViewerProps) {
  const { api, gallery, toasts } = useStudio()
  const { t, percent, duration } = useLocale()
  const nameOf = useImageName()
  const altOf = useAltText()
  const { seconds } = useStore(gallery)
  const [playing, setPlaying] = useState(place?.playing ?? false)
  const trash = useTrash()
  const dialog = useRef<HTMLDialogElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const panZoom = usePanZoom(stage, id)
  const { view } = panZoom
  const answer = useImage(id)
  const image = answer.value

  // The keys belong to the picture; no button is singled out.
  useModal(dialog, (shown) => shown.focus())
  // `place` is new with every picture, and so is the time it is shown; a picture drawn again begins it anew.
  const position = place?.position ?? 0
  const total = place?.total ?? 0
  const to = useEffectEvent((next: number) => place?.to(next))
  useEffect(() => {
    if (!playing || total < 2) return undefined
    const timer = setTimeout(() => to(position >= total ? 1 : position + 1), seconds * 1000)
    return () => clearTimeout(timer)
  }, [playing, seconds, position, total])
  const step = (by: 1 | -1) => place?.to(place.position + by)

  const toggleActual = () => {
    const box = stage.current?.getBoundingClientRect()
    if (!image || !box) return
    panZoom.change((now) =>
      now.scale > 1 ? fitted : zoomAt(fitted, Math.max(actualScale(image, box), 2), { x: 0, y: 0 }),
    )
  }
  const commandOf = useCommands('gallery')
  const zoomOf = useCommands('viewer')
  const acts: Partial<Record<CommandName, () => void>> = {
    zoom: toggleActual,
    slideshow: () => setPlaying(!playing),
    star: () => image && void api.call('images.change', { ids: [id], change: { starred: !image.starred } }),
    trash() {
      if (!image || image.trashedAt !== undefined) return
      onTrash?.()
      if (place) void trash([id]).then(place.onGone)
      else {
        onClose()
        void trash([id])
      }
    },
    takeBack: () => void toasts.undo(),
  }
  const keys: Record<string, () => void> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    Home: () => place?.to(1),
    End: () => place?.to(place.total),
    ...(place && { ' ': () => setPlaying(!playing) }),
  }

  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      className={`viewer ${playing ? 'playing' : ''}`}
      aria-label={t('viewer.title')}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        event.stopPropagation()
        const command = zoomOf(event.nativeEvent) ?? commandOf(event.nativeEvent)
        // A button that has the focus is pressed by the space bar.
        if (event.key === ' ' && (event.target as Element).closest('button, select')) return
        const held = event.ctrlKey || event.metaKey || event.altKey
        const act = (command && acts[command]) ?? (held ? undefined : keys[event.key])
        if (!act && (held || !panZoom.key(event.key))) return
        event.preventDefault()
        act?.()
      }}
    >
      <header className="viewer-bar">
        <span className="grow viewer-name">{image && nameOf(image)}</span>
        {place && <span className="viewer-faint">{t('viewer.position', place)}</span>}
        {place && place.total > 1 && (
          <>
            <IconButton
              icon={playing ? Pause : Play}
              label={t(playing ? 'viewer.pause' : 'viewer.slideshow')}
              onClick={() => setPlaying(!playing)}
            />
            <select
              className="text-input viewer-pace"
              aria-label={t('viewer.pace')}
              value={seconds}
              onChange={(event) => {
                const next = Number(event.currentTarget.value)
                gallery.change((draft) => ({ ...draft, seconds: next }))
              }}
            >
              {paces.map((pace) => (
                <option key={pace} value={pace}>
                  {duration(pace * 1000)}
                </option>
              ))}
            </select>
          </>
        )}
        <span className="viewer-faint viewer-scale">{percent(view.scale)}</span>
        <IconButton icon={Minus} label={t('viewer.zoomOut')} onClick={() => panZoom.zoom(1 / keyStep)} />
        <IconButton icon={Plus} label={t('viewer.zoomIn')} onClick={() => panZoom.zoom(keyStep)} />
        <IconButton
          icon={Expand}
          label={t(view.scale > 1 ? 'viewer.fit' : 'viewer.actual')}
          onClick={toggleActual}
        />
        <IconButton icon={X} label={t('common.close')} onClick={onClose} />
      </header>
      <div
        ref={stage}
        className={`viewer-stage ${panZoom.className}`}
        style={panZoom.style}
        onDoubleClick={toggleActual}
        onPointerDown={(event) => {
          if ((event.target as Element).closest('button')) return
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) panZoom.pan(event)
        }}
      >
        {answer.state === 'failed' && !image ? (
          <FailureNotice failure={answer.failure} />
        ) : (
          <SettledPicture
            className="viewer-picture"
            src={media.image(id)}
            small={media.small(id)}
            alt={image ? altOf(image) : ''}
          />
        )}
        {image && <CoverNotice image={image} />}
        {place && (
          <>
            <IconButton
              className="viewer-step back"
              icon={ChevronLeft}
              size={24}
              label={t('viewer.previous')}
              disabled={place.position <= 1}
              onClick={() => step(-1)}
            />
            <IconButton
              className="viewer-step on"
              icon={ChevronRight}
              size={24}
              label={t('viewer.next')}
              disabled={place.position >= place.total}
              onClick={() => step(1)}
            />
          </>
        )}
      </div>
    </dialog>
  )
}
