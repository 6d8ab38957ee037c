import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { type PanZoom, keyIsFor, useZoomKeys } from '../viewer/use-pan-zoom'

/**
 * The space bar held, or the middle button, moves the picture instead of painting on it. The space bar belongs to the
 * stage only while the pointer is over it: elsewhere it presses buttons.
 */
export function useStageDrag(stage: RefObject<HTMLElement | null>, panZoom: PanZoom, zooms: boolean) {
  const [held, setHeld] = useState(false)
  const over = useRef(false)
  const dragging = useRef(false)
  useZoomKeys(stage, panZoom, zooms)

  useEffect(() => {
    if (!zooms) return undefined
    const down = (event: KeyboardEvent) => {
      if (event.key !== ' ' || !over.current || !keyIsFor(stage.current, event)) return
      setHeld(true)
      event.preventDefault()
    }
    const up = (event: KeyboardEvent) => {
      if (event.key !== ' ') return
      // A button that has the focus is pressed when the key comes up.
      if (over.current) event.preventDefault()
      setHeld(false)
    }
    const away = () => setHeld(false)
    window.addEventListener('keydown', down)
    window.addEventListener('keyup', up)
    window.addEventListener('blur', away)
    return () => {
      window.removeEventListener('keydown', down)
      window.removeEventListener('keyup', up)
      window.removeEventListener('blur', away)
    }
  }, [stage, zooms])

  const end = () => (dragging.current = false)
  return {
    className: zooms && held ? 'held' : '',
    handlers: {
      onPointerEnter: () => (over.current = true),
      onPointerLeave: () => (over.current = false),
      onPointerDownCapture(event: PointerEvent) {
        if (!zooms || !(event.button === 1 || (event.button === 0 && held))) return
        event.preventDefault()
        event.stopPropagation()
        stage.current?.setPointerCapture(event.pointerId)
        dragging.current = true
      },
      onPointerMoveCapture(event: PointerEvent) {
        if (!dragging.current) return
        event.stopPropagation()
        panZoom.pan(event)
      },
      onPointerUpCapture: end,
      onPointerCancelCapture: end,
    },
  }
}
