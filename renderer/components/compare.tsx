import './compare.css'
import { type CSSProperties, type PointerEvent, useId, useRef, useState } from 'react'
import { useLocale } from '../locales/context'
import { SettledPicture } from './settled-picture'
import { usePanZoom } from '../viewer/use-pan-zoom'

export type Side = {
  src: string
  /** its thumbnail, which is there at once */
  small?: string
  label: string
  alt: string
  /** another picture over it, this much of it */
  over?: { src: string; share: number }
}

type CompareProps = {
  before: Side
  after: Side
  /** of the sides of `after`, where it is the middle of `before`: the rest of that is left out */
  ratio?: number
}

/**
 * Two pictures on one spot with a divider that is dragged, or moved with the arrow keys. The wheel and + and - zoom
 * both alike; zoomed in, dragging beside the divider moves them.
 */
export function CompareSlider({ before, after, ratio }: CompareProps) {
  const { t, percent } = useLocale()
  const [place, setPlace] = useState(50)
  const frame = useRef<HTMLDivElement>(null)
  const panZoom = usePanZoom(frame)
  const { view } = panZoom
  const drag = useRef<'divider' | 'picture' | null>(null)
  const id = useId()

  const toDivider = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect()
    if (!box) return
    setPlace(Math.min(Math.max(((event.clientX - box.left) / box.width) * 100, 0), 100))
  }
  const style = {
    ...panZoom.style,
    '--place': `${place}%`,
    '--ratio': ratio,
  } as CSSProperties

  return (
    <div
      ref={frame}
      className={`compare ${panZoom.className}`}
      style={style}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const onLine = event.target instanceof Element && event.target.classList.contains('compare-line')
        drag.current = onLine || view.scale === 1 ? 'divider' : 'picture'
        if (drag.current === 'divider') toDivider(event)
      }}
      onPointerMove={(event) => {
        if (drag.current === 'divider') toDivider(event)
        else if (drag.current === 'picture') panZoom.pan(event)
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
      onDoubleClick={panZoom.fit}
    >
      <div className="compare-side">
        <SettledPicture className="compare-picture" src={after.src} small={after.small} alt={after.alt} />
        {after.over && (
          <img
            className="compare-picture"
            src={after.over.src}
            alt=""
            style={{ opacity: after.over.share }}
            draggable={false}
          />
        )}
      </div>
      <div className="compare-side compare-before">
        <SettledPicture
          className={`compare-picture ${ratio ? 'cropped' : ''}`}
          src={before.src}
          small={before.small}
          alt={before.alt}
        />
      </div>
      <span className="compare-label start" aria-hidden="true">
        {before.label}
      </span>
      <span className="compare-label end" aria-hidden="true">
        {after.label}
        {view.scale > 1 && ` · ${percent(view.scale)}`}
      </span>
      <div className="compare-line" aria-hidden="true" />
      <label className="hidden-text" htmlFor={id}>
        {t('gallery.divider')}
      </label>
      <input
        id={id}
        type="range"
        className="compare-range"
        min={0}
        max={100}
        value={Math.round(place)}
        aria-valuetext={percent(place / 100)}
        onChange={(event) => setPlace(event.currentTarget.valueAsNumber)}
        onKeyDown={(event) => {
          if (panZoom.key(event.key)) event.preventDefault()
        }}
      />
    </div>
  )
}
