import { type PointerEvent, useEffect, useLayoutEffect, useRef } from 'react'
import { useLocale } from '../locales/context'
import { drawStroke, redraw } from './mask-drawing'
import { type MaskAct, toPicture } from './mask-history'

type Point = readonly [number, number]

type MaskSurfaceProps = {
  /** of the picture, pixels */
  width: number
  height: number
  brush: { size: number; erase: boolean }
  acts: readonly MaskAct[]
  onAct: (act: MaskAct) => void
}

/**
 * The painting surface over the picture. Strokes are kept in the picture's own pixels and drawn at the screen's, so
 * that painting costs the same on a large picture as on a small one. A stroke is drawn straight onto the canvas while
 * it is made and becomes an act when it ends: painting never waits for React.
 */
export function MaskSurface({ width, height, brush, acts, onAct }: MaskSurfaceProps) {
  const { t } = useLocale()
  const canvas = useRef<HTMLCanvasElement>(null)
  const cursor = useRef<HTMLDivElement>(null)
  const stroke = useRef<Point[] | null>(null)
  const drawn = useRef<readonly MaskAct[] | null>(null)

  const contextOf = () => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return null
    context.setTransform(element.width / width, 0, 0, element.height / height, 0, 0)
    return context
  }
  const drawAll = () => {
    const context = contextOf()
    if (!context) return
    redraw(context, acts, { width, height })
    drawn.current = acts
  }

  useLayoutEffect(() => {
    if (drawn.current !== acts) drawAll()
  })
  const redrawNow = useRef(drawAll)
  useEffect(() => {
    redrawNow.current = drawAll
  })
  useLayoutEffect(() => {
    const element = canvas.current
    const frame = element?.parentElement
    if (!element || !frame) return undefined
    const fit = () => {
      const box = frame.getBoundingClientRect()
      const scale = Math.min(box.width / width, box.height / height)
      const shown = { width: width * scale, height: height * scale }
      element.style.setProperty('--w', `${shown.width}px`)
      element.style.setProperty('--h', `${shown.height}px`)
      const dots = window.devicePixelRatio
      element.width = Math.max(1, Math.min(width, Math.round(shown.width * dots)))
      element.height = Math.max(1, Math.min(height, Math.round(shown.height * dots)))
      redrawNow.current()
    }
    const observer = new ResizeObserver(fit)
    observer.observe(frame)
    fit()
    return () => observer.disconnect()
  }, [width, height])

  const place = (event: PointerEvent | globalThis.PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect()
    return box ? toPicture({ x: event.clientX, y: event.clientY }, box, { width, height }) : null
  }
  const draw = (points: readonly Point[]) => {
    const context = contextOf()
    if (context) drawStroke(context, { kind: 'stroke', ...brush, points })
  }
  const moveCursor = (event: PointerEvent) => {
    const at = place(event)
    const frame = canvas.current?.parentElement?.getBoundingClientRect()
    if (!at || !frame || !cursor.current) return
    const size = brush.size * at.scale
    const { style } = cursor.current
    style.setProperty('--size', `${size}px`)
    style.setProperty('--x', `${event.clientX - frame.left - size / 2}px`)
    style.setProperty('--y', `${event.clientY - frame.top - size / 2}px`)
  }
  const end = () => {
    const points = stroke.current
    stroke.current = null
    if (!points) return
    const next: MaskAct = { kind: 'stroke', ...brush, points }
    // What is on the canvas is already this act; the list it will be in is not known yet.
    onAct(next)
  }

  return (
    <>
      <canvas
        ref={canvas}
        className="mask-canvas"
        role="img"
        aria-label={t('edit.painting')}
        onPointerDown={(event) => {
          const at = place(event)
          if (!at || event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          stroke.current = [[at.x, at.y]]
          draw(stroke.current)
        }}
        onPointerMove={(event) => {
          moveCursor(event)
          const points = stroke.current
          if (!points) return
          const from = points.length - 1
          for (const one of event.nativeEvent.getCoalescedEvents()) {
            const at = place(one)
            if (at) points.push([at.x, at.y])
          }
          draw(points.slice(from))
        }}
        onPointerUp={end}
        onPointerCancel={end}
      />
      <div ref={cursor} className={`mask-cursor ${brush.erase ? 'erase' : ''}`} aria-hidden="true" />
    </>
  )
}
