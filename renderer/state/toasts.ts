import type { Failure } from '../../contract/errors'
import type { Locale } from '../locales/translate'
import { type Store, createStore } from './store'

/** Said in the language of now, not in that of the moment it happened. */
type Said = (locale: Locale) => string

export type Toast = {
  id: number
  text?: Said
  failure?: Failure
  action?: { label: Said; run: () => void; undoes?: true }
}

export type Toasts = {
  list: Store<readonly Toast[]>
  show(text: Said, action?: Toast['action']): void
  /** What was done, with the way back. */
  offerUndo(text: Said, run: () => void): void
  /** Takes the latest way back that is still offered; whether there was one. */
  undo(): boolean
  fail(failure: Failure): void
  dismiss(id: number): void
}

/** Long enough to read; longer where something can be undone; failures stay until they are dismissed. */
const shownFor = 6000
const undoFor = 14_000
const atMost = 3

export function createToasts(): Toasts {
  const list = createStore<readonly Toast[]>([])
  let lastId = 0
  const dismiss = (id: number) => list.change((toasts) => toasts.filter((toast) => toast.id !== id))
  const add = (toast: Omit<Toast, 'id'>) => {
    const id = ++lastId
    list.change((toasts) => [...toasts, { ...toast, id }].slice(-atMost))
    return id
  }
  const show: Toasts['show'] = (text, action) => {
    const id = add({ text, ...(action && { action }) })
    setTimeout(() => dismiss(id), action ? undoFor : shownFor)
  }
  return {
    list,
    dismiss,
    show,
    offerUndo(text, run) {
      show(text, { label: (now) => now.t('common.undo'), run, undoes: true })
    },
    undo() {
      const latest = list.get().findLast((toast) => toast.action?.undoes)
      if (!latest) return false
      dismiss(latest.id)
      latest.action?.run()
      return true
    },
    fail(failure) {
      // The same once more is the same news; with another file or number it is another.
      for (const toast of list.get()) if (toast.failure?.code === failure.code) dismiss(toast.id)
      add({ failure })
    },
  }
}
