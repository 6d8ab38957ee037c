import type { StudioState } from './studio'

/** Closing or hiding the window writes what still waits, so that no typed word is lost. */
export function keepDrafts({ create, edit, gallery, ownStyles, ownActions }: StudioState) {
  const flush = () => [create, edit, gallery, ownStyles, ownActions].forEach((draft) => draft.flush())
  window.addEventListener('pagehide', flush)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') flush()
  })
}
