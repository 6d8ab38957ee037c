import { useRef } from 'react'
import { useLocale } from '../locales/context'
import { usePanZoom } from '../viewer/use-pan-zoom'
import type { Side } from './compare'
import './compare.css'

/** Two pictures next to each other that are zoomed and moved as one: the same place of both is seen. */
export function CompareSides({ sides }: { sides: readonly Side[] }) {
  const { t, percent } = useLocale()
  const stage = useRef<HTMLDivElement>(null)
  const panZoom = usePanZoom(stage)
  return (
    <div
      ref={stage}
      className={`compare-sides ${panZoom.className}`}
      style={panZoom.style}
      role="group"
      tabIndex={0}
      aria-label={t('gallery.sidesZoom')}
      onKeyDown={(event) => {
        if (panZoom.key(event.key)) event.preventDefault()
      }}
      onDoubleClick={panZoom.fit}
    >
      {sides.map((side) => (
        <figure key={side.src}>
          <div
            className="compare-pane"
            data-pane
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={(event) => {
              if (event.buttons === 1) panZoom.pan(event)
            }}
          >
            <img className="compare-picture" src={side.src} alt={side.alt} draggable={false} />
          </div>
          <figcaption className="small faint">
            {side.label}
            {panZoom.view.scale > 1 && ` · ${percent(panZoom.view.scale)}`}
          </figcaption>
        </figure>
      ))}
    </div>
  )
}
