import { useEffect } from 'react'
import type { StudioState } from '../state/studio'

const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const
const tellEvery = 5000

/** Tells the core that somebody is there, which keeps an open vault from locking by itself. */
export function usePresence({ api, settings }: StudioState) {
  useEffect(() => {
    let toldAt = 0
    const tell = () => {
      if (settings.get().lockAfterMinutes === 0 || Date.now() - toldAt < tellEvery) return
      toldAt = Date.now()
      // Nothing to say when it fails: a connection that is gone is shown by its own notice.
      void api.call('vault.active', null)
    }
    const options = { passive: true, capture: true }
    for (const sign of signs) window.addEventListener(sign, tell, options)
    return () => {
      for (const sign of signs) window.removeEventListener(sign, tell, options)
    }
  }, [api, settings])
}
