import { useRef } from 'react'
import { usePanZoom, useZoomKeys } from '../viewer/use-pan-zoom'
import { ZoomTools } from '../viewer/zoom-tools'
import type { Side } from './compare'
import { SettledPicture } from './settled-picture'
import './compare.css'

/** Two pictures next to each other that are zoomed and moved as one: the same place of both is seen. */
export function CompareSides({ sides }: { sides: readonly Side[] }) {
  const stage = useRef<HTMLDivElement>(null)
  const panZoom = usePanZoom(stage)
  useZoomKeys(stage, panZoom)
  return (
    <div ref={stage} className={`compare-sides ${panZoom.className}`} style={panZoom.style}>
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
            <SettledPicture className="compare-picture" src={side.src} small={side.small} alt={side.alt} />
          </div>
          <figcaption className="small faint">{side.label}</figcaption>
        </figure>
      ))}
      <ZoomTools panZoom={panZoom} hint={false} />
    </div>
  )
}
