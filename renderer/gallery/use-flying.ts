import { type RefObject, useEffect, useState } from 'react'

/** Screens a second. Above the one, no picture can be recognised any more; below the other, it can again. */
const tooFast = 10
const slowAgain = 5
/** ms without news after which it stands still. */
const atRest = 150
/** ms over which speed is measured: from one frame to the next it is twice too high whenever a frame comes late. */
const measured = 80

/** How it goes on from one look at the scroller to the next. `screens` were passed in `milliseconds`. */
export function fliesOn(flying: boolean, screens: number, milliseconds: number): boolean {
  // After a rest this is a jump to a place, by a key or by the bar, and what is there is to be seen at once.
  if (milliseconds > atRest) return false
  return (screens / Math.max(milliseconds, 1)) * 1000 > (flying ? slowAgain : tooFast)
}

/** Whether the pictures go by faster than anybody can see them. */
export function useFlying(scroller: RefObject<HTMLElement | null>): boolean {
  const [flying, setFlying] = useState(false)
  useEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    let now = false
    let top = element.scrollTop
    let at = 0
    let landing: ReturnType<typeof setTimeout> | undefined
    // Said only when it turns: React may draw the whole grid once more for a state that is the same as before.
    const turn = (next: boolean) => {
      if (next === now) return
      now = next
      setFlying(next)
    }
    const look = (event: Event) => {
      clearTimeout(landing)
      if (event.timeStamp - at >= measured) {
        const screens = Math.abs(element.scrollTop - top) / Math.max(element.clientHeight, 1)
        turn(fliesOn(now, screens, event.timeStamp - at))
        top = element.scrollTop
        at = event.timeStamp
      }
      if (now) landing = setTimeout(() => turn(false), atRest)
    }
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      element.removeEventListener('scroll', look)
      clearTimeout(landing)
    }
  }, [scroller])
  return flying
}
