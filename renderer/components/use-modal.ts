import { type RefObject, useEffect, useEffectEvent } from 'react'
import { createStore } from '../state/store'

/** The dialogs that are open, the topmost last: all else is inert, so what is to be said is said in that one. */
export const openDialogs = createStore<readonly HTMLDialogElement[]>([])

/** The browser's own modal dialog while it is drawn; `begin` puts the focus, which afterwards goes back to where it was. */
export function useModal(
  dialog: RefObject<HTMLDialogElement | null>,
  begin: (shown: HTMLDialogElement) => void,
): void {
  const start = useEffectEvent(begin)
  useEffect(() => {
    const shown = dialog.current
    if (!shown) return undefined
    const before = document.activeElement
    shown.showModal()
    start(shown)
    openDialogs.change((open) => [...open, shown])
    return () => {
      openDialogs.change((open) => open.filter((one) => one !== shown))
      shown.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [dialog])
}
