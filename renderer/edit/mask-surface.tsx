import { type PointerEvent, useEffect, useRef } from 'react'
import { useLocale } from '../locales/context'
import { drawStroke, redraw } from './mask-drawing'
import { type MaskHistory, act, toPicture } from './mask-history'

type MaskSurfaceProps = {
  width: number
  height: number
  brush: { size: number; erase: boolean }
  history: MaskHistory
  onHistory: (history: MaskHistory) => void
}

/**
 * The painting surface over the picture, in the picture's own pixels. A stroke is drawn straight onto the canvas
 * while it is made and becomes an act when it ends, so that painting never waits for React.
 */
export function MaskSurface({ width, height, brush, history, onHistory }: MaskSurfaceProps) {
  const { t } = useLocale()
  const canvas = useRef<HTMLCanvasElement>(null)
  const cursor = useRef<HTMLDivElement>(null)
  const stroke = useRef<(readonly [number, number])[] | null>(null)
  const drawn = useRef<MaskHistory | null>(null)

  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || drawn.current === history) return
    redraw(context, history.done)
    drawn.current = history
  }, [history])

  const place = (event: PointerEvent | globalThis.PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect()
    return box ? toPicture({ x: event.clientX, y: event.clientY }, box, { width, height }) : null
  }
  const draw = (points: (readonly [number, number])[]) => {
    const context = canvas.current?.getContext('2d')
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
    const next = act(history, { kind: 'stroke', ...brush, points })
    // What is on the canvas is already this history.
    drawn.current = next
    onHistory(next)
  }

  return (
    <>
      <canvas
        ref={canvas}
        className="mask-canvas"
        width={width}
        height={height}
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
