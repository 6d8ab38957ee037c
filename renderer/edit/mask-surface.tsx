import { type KeyboardEvent, type PointerEvent, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { useLocale } from '../locales/context'
import type { View } from '../viewer/pan-zoom'
import { drawStroke, redraw } from './mask-drawing'
import { type MaskAct, isNextOf, movedBrush, toPicture } from './mask-history'

type Point = readonly [number, number]

type MaskSurfaceProps = {
  /** of the picture, pixels */
  width: number
  height: number
  brush: { size: number; erase: boolean }
  acts: readonly MaskAct[]
  onAct: (act: MaskAct) => void
  /** how the stage shows the picture now */
  view: View
}

/** Zoomed in, the mask is drawn finer, until that costs too much. */
const finest = { scale: 4, side: 2048 }

/**
 * The painting surface over the picture. Strokes are kept in the picture's own pixels and drawn at the screen's, so
 * that painting costs the same on a large picture as on a small one. A stroke is drawn straight onto the canvas while
 * it is made and becomes an act when it ends: painting never waits for React, and asks for no layout.
 */
export function MaskSurface({ width, height, brush, acts, onAct, view }: MaskSurfaceProps) {
  const { t } = useLocale()
  const canvas = useRef<HTMLCanvasElement>(null)
  const cursor = useRef<HTMLDivElement>(null)
  const stroke = useRef<Point[] | null>(null)
  /** where the brush is, in the picture's pixels */
  const pen = useRef<{ x: number; y: number } | null>(null)
  const hint = useId()
  const drawn = useRef<readonly MaskAct[]>([])
  const justDrawn = useRef<MaskAct | null>(null)
  /** where canvas and stage are on the screen in this view; null: to be read again */
  const boxes = useRef<{ of: View; canvas: DOMRect; stage: DOMRect } | null>(null)
  const detail = Math.min(Math.ceil(view.scale), finest.scale)

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
    if (drawn.current === acts) return
    // A stroke that has just ended is on the canvas already.
    if (isNextOf(drawn.current, acts, justDrawn.current)) drawn.current = acts
    else drawAll()
    justDrawn.current = null
  })
  const redrawNow = useRef(drawAll)
  useEffect(() => {
    redrawNow.current = drawAll
  })
  useLayoutEffect(() => {
    const element = canvas.current
    const stage = element?.parentElement
    if (!element || !stage) return undefined
    const fit = () => {
      boxes.current = null
      const shown = containedIn(stage, { width, height })
      element.style.setProperty('--w', `${shown.width}px`)
      element.style.setProperty('--h', `${shown.height}px`)
      const wanted = window.devicePixelRatio * detail
      const dots = Math.min(wanted, Math.max(1, finest.side / Math.max(shown.width, shown.height)))
      element.width = Math.max(1, Math.min(width, Math.round(shown.width * dots)))
      element.height = Math.max(1, Math.min(height, Math.round(shown.height * dots)))
      redrawNow.current()
    }
    const observer = new ResizeObserver(fit)
    observer.observe(stage)
    fit()
    return () => observer.disconnect()
  }, [width, height, detail])

  const measured = () => {
    const stage = canvas.current?.parentElement
    if (!canvas.current || !stage) return null
    if (boxes.current?.of !== view)
      boxes.current = {
        of: view,
        canvas: canvas.current.getBoundingClientRect(),
        stage: stage.getBoundingClientRect(),
      }
    return boxes.current
  }
  const place = (event: PointerEvent | globalThis.PointerEvent) => {
    const box = measured()?.canvas
    return box ? toPicture({ x: event.clientX, y: event.clientY }, box, { width, height }) : null
  }
  const draw = (points: readonly Point[]) => {
    const context = contextOf()
    if (context) drawStroke(context, { kind: 'stroke', ...brush, points })
  }
  /** in the picture's pixels */
  const showCursor = ({ x, y }: { x: number; y: number }) => {
    const boxed = measured()
    if (!boxed || !cursor.current) return
    const scale = boxed.canvas.width / width
    const size = brush.size * scale
    const left = boxed.canvas.left + x * scale - boxed.stage.left - size / 2
    const top = boxed.canvas.top + y * scale - boxed.stage.top - size / 2
    const { style } = cursor.current
    style.width = `${size}px`
    style.height = `${size}px`
    style.transform = `translate(${left}px, ${top}px)`
  }
  const moveCursor = (event: PointerEvent) => {
    const at = place(event)
    if (!at) return
    pen.current = at
    showCursor(at)
  }
  const end = () => {
    const points = stroke.current
    stroke.current = null
    if (!points) return
    justDrawn.current = { kind: 'stroke', ...brush, points }
    onAct(justDrawn.current)
  }

  /** Without a pointer: the arrows move the brush, the space bar puts it down and lifts it. */
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const at = pen.current ?? { x: width / 2, y: height / 2 }
    const next = movedBrush(at, event, brush.size, { width, height })
    const points = stroke.current
    if (next) {
      pen.current = next
      points?.push([next.x, next.y])
      if (points) draw(points.slice(-2))
      showCursor(next)
    } else if (event.key === ' ' || event.key === 'Enter') {
      if (points) end()
      else {
        stroke.current = [[at.x, at.y]]
        draw(stroke.current)
      }
    } else if (event.key === 'Escape' && points) end()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <>
      <canvas
        ref={canvas}
        className="mask-canvas"
        // oxlint-disable-next-line jsx-a11y/no-interactive-element-to-noninteractive-role -- its keys are its own
        role="application"
        tabIndex={0}
        aria-label={t('edit.painting')}
        aria-describedby={hint}
        onFocus={() => {
          boxes.current = null
          showCursor(pen.current ?? { x: width / 2, y: height / 2 })
        }}
        onBlur={end}
        onKeyDown={keys}
        onPointerEnter={() => (boxes.current = null)}
        // The focus is the keyboard's way to it. Painting by pointer takes it away from wherever it is, so that the
        // brackets and the space bar are not typed somewhere.
        onMouseDown={(event) => {
          event.preventDefault()
          if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
        }}
        onPointerDown={(event) => {
          event.currentTarget.blur()
          boxes.current = null
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
      <p id={hint} className="mask-keys small">
        {t('edit.paintingKeys')}
      </p>
      <div ref={cursor} className={`mask-cursor ${brush.erase ? 'erase' : ''}`} aria-hidden="true" />
    </>
  )
}

function containedIn(stage: HTMLElement, { width, height }: { width: number; height: number }) {
  const scale = Math.min(stage.clientWidth / width, stage.clientHeight / height)
  return { width: width * scale, height: height * scale }
}
