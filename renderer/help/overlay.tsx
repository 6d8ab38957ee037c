import { Suspense, lazy, useEffect } from 'react'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { isNewer } from './news'

const HelpDialog = lazy(() => import('./help-dialog').then((room) => ({ default: room.HelpDialog })))
const NewsDialog = lazy(() => import('./news-dialog').then((room) => ({ default: room.NewsDialog })))
const Tour = lazy(() => import('./tour').then((room) => ({ default: room.Tour })))

/** What lies over every screen: help, the tour, what is new. */
export function Overlay() {
  const { overlay } = useStudio()
  const shown = useStore(overlay)
  useNews()
  return (
    <Suspense fallback={null}>
      {shown === 'help' && <HelpDialog />}
      {shown === 'news' && <NewsDialog />}
      {shown === 'tour' && <Tour />}
    </Suspense>
  )
}

/** After an update the news open by themselves, once; a first start has none. */
function useNews() {
  const { overlay, info, settings, settingsKnown, changeSettings } = useStudio()
  const version = useSelected(info, (value) => value?.version)
  const known = useStore(settingsKnown)
  useEffect(() => {
    if (version === undefined || !known) return
    const seen = settings.get().newsSeen
    if (seen === '') void changeSettings({ newsSeen: version })
    // Back at an earlier version there is nothing that is new.
    else if (isNewer(version, seen)) overlay.set('news')
  }, [version, known, overlay, settings, changeSettings])
}
