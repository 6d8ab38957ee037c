import { type CSSProperties, type RefObject, useCallback, useEffect, useEffectEvent, useState } from 'react'
import { type View, fitted, panBy, zoomAt } from './pan-zoom'

export const keyStep = 1.25

export type PanZoom = {
  view: View
  /** "zoomed" while there is something to be dragged */
  className: '' | 'zoomed'
  /** `--x`, `--y` and `--scale` of the transform, for the stage; its pictures inherit them */
  style: CSSProperties
  change(update: (now: View) => View): void
  /** around the middle */
  zoom(factor: number): void
  fit(): void
  /** with a pointer that is being dragged */
  pan(event: { movementX: number; movementY: number }): void
  /** + and - zoom, 0 fits; whether the key was one of them */
  key(key: string): boolean
}

/**
 * Wheel zoom around the pointer, and moving about, for whatever stands in `stage`. Where several panes show the same
 * view, each is marked `data-pane`, and the pointer's place is read in the pane that it is over. `of`: what is looked
 * at; something else begins fitted.
 */
export function usePanZoom(stage: RefObject<HTMLElement | null>, of = ''): PanZoom {
  const [moved, setMoved] = useState<{ of: string; view: View }>({ of, view: fitted })
  const view = moved.of === of ? moved.view : fitted
  const change = useCallback(
    (update: (now: View) => View) =>
      setMoved((now) => ({ of, view: update(now.of === of ? now.view : fitted) })),
    [of],
  )
  useEffect(() => {
    const element = stage.current
    if (!element) return undefined
    // React listens to wheel passively, where the page could not be kept from scrolling.
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const pane = event.target instanceof Element ? event.target.closest('[data-pane]') : null
      const box = (pane ?? element).getBoundingClientRect()
      const point = {
        x: event.clientX - box.left - box.width / 2,
        y: event.clientY - box.top - box.height / 2,
      }
      change((now) => zoomAt(now, Math.exp(-event.deltaY / 400), point))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [stage, change])

  const zoom = (factor: number) => change((now) => zoomAt(now, factor, { x: 0, y: 0 }))
  const fit = () => change(() => fitted)
  return {
    view,
    className: view.scale > 1 ? 'zoomed' : '',
    style: { '--x': `${view.x}px`, '--y': `${view.y}px`, '--scale': view.scale } as CSSProperties,
    change,
    zoom,
    fit,
    pan: ({ movementX, movementY }) => change((now) => panBy(now, movementX, movementY)),
    key(key) {
      if (key === '+' || key === '=') zoom(keyStep)
      else if (key === '-') zoom(1 / keyStep)
      else if (key === '0') fit()
      else return false
      return true
    },
  }
}

const typing = 'textarea, select, input:not([type=range], [type=checkbox], [type=radio])'

/** Whether a key belongs to what stands in `stage`: nobody writes, and no dialog is over it. */
export function keyIsFor(stage: HTMLElement | null, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false
  if (!(event.target instanceof Element) || event.target.closest(typing)) return false
  const dialog = document.querySelector('dialog[open]')
  return dialog === null || dialog.contains(stage)
}

/** + and - zoom and 0 fits wherever the focus is, but in a field. */
export function useZoomKeys(stage: RefObject<HTMLElement | null>, panZoom: PanZoom, active = true) {
  const key = useEffectEvent((event: KeyboardEvent) => {
    if (active && keyIsFor(stage.current, event) && panZoom.key(event.key)) event.preventDefault()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => key(event)
    // Before a dialog keeps the key to itself.
    window.addEventListener('keydown', listen, true)
    return () => window.removeEventListener('keydown', listen, true)
  }, [])
}
