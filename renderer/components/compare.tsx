import './compare.css'
import { type CSSProperties, type PointerEvent, useEffect, useId, useRef, useState } from 'react'
import { useLocale } from '../locales/context'
import { type View, fitted, panBy, zoomAt } from '../viewer/pan-zoom'

type Side = { src: string; label: string; alt: string }

type CompareProps = {
  before: Side
  after: Side
  /** of the sides of `after`, where it is the middle of `before`: the rest of that is left out */
  ratio?: number
}

const keyStep = 1.25

/**
 * Two pictures on one spot with a divider that is dragged, or moved with the arrow keys. The wheel and + and - zoom
 * both alike; zoomed in, dragging beside the divider moves them.
 */
export function CompareSlider({ before, after, ratio }: CompareProps) {
  const { t, percent } = useLocale()
  const [place, setPlace] = useState(50)
  const [view, setView] = useState<View>(fitted)
  const frame = useRef<HTMLDivElement>(null)
  const drag = useRef<'divider' | 'picture' | null>(null)
  const id = useId()

  useEffect(() => {
    const element = frame.current
    if (!element) return undefined
    // React listens to wheel passively, where the page could not be kept from scrolling.
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const point = {
        x: event.clientX - box.left - box.width / 2,
        y: event.clientY - box.top - box.height / 2,
      }
      setView((now) => zoomAt(now, Math.exp(-event.deltaY / 400), point))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [])

  const toDivider = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect()
    if (!box) return
    setPlace(Math.min(Math.max(((event.clientX - box.left) / box.width) * 100, 0), 100))
  }
  const style = {
    '--place': `${place}%`,
    '--x': `${view.x}px`,
    '--y': `${view.y}px`,
    '--scale': view.scale,
    '--ratio': ratio,
  } as CSSProperties

  return (
    <div
      ref={frame}
      className={`compare ${view.scale > 1 ? 'zoomed' : ''}`}
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
        else if (drag.current === 'picture') setView((now) => panBy(now, event.movementX, event.movementY))
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
      onDoubleClick={() => setView(fitted)}
    >
      <div className="compare-side">
        <img className="compare-picture" src={after.src} alt={after.alt} draggable={false} />
      </div>
      <div className="compare-side compare-before">
        <img
          className={`compare-picture ${ratio ? 'cropped' : ''}`}
          src={before.src}
          alt={before.alt}
          draggable={false}
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
          if (event.key === '+' || event.key === '=') setView((now) => zoomAt(now, keyStep, { x: 0, y: 0 }))
          else if (event.key === '-') setView((now) => zoomAt(now, 1 / keyStep, { x: 0, y: 0 }))
        }}
      />
    </div>
  )
}
