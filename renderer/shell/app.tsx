import { type ComponentType, Suspense, lazy, useEffect, useMemo } from 'react'
import { useDropGuard } from '../components/drop'
import { ToastStack } from '../components/toast-stack'
import { CreateScreen } from '../create/create-screen'
import { chordOf } from '../keys/chord'
import { commandFor } from '../keys/commands'
import { Overlay } from '../help/overlay'
import { LocaleContext } from '../locales/context'
import { isPseudo, pseudoText } from '../locales/pseudo'
import { chooseLanguage, createLocale, regionOf } from '../locales/translate'
import { PolicyNotice } from '../privacy/policy-notice'
import { RuleDialog } from '../privacy/rule-dialog'
import { JobNews } from '../queue/job-news'
import { useSelected, useStore } from '../state/store'
import { type Screen, type StudioState, StudioContext, screenOf, screens } from '../state/studio'
import { ConnectionNotice } from './connection-notice'
import { CrashScreen } from './crash-screen'
import { goTo } from './go-to'
import { LockedScreen } from './locked-screen'
import { OpenedFiles } from './opened-files'
import { Rail } from './rail'
import { usePresence } from './use-presence'
import { Warnings } from './warnings'
import { WorkTray } from './work-tray'

/** Create opens at once; the others are fetched when they are first visited. */
const bodies: Record<Screen, ComponentType> = {
  create: CreateScreen,
  edit: lazy(() => import('../edit/edit-screen').then((room) => ({ default: room.EditScreen }))),
  gallery: lazy(() => import('../gallery/gallery-screen').then((room) => ({ default: room.GalleryScreen }))),
  models: lazy(() => import('../models/models-screen').then((room) => ({ default: room.ModelsScreen }))),
  privacy: lazy(() => import('../privacy/privacy-screen').then((room) => ({ default: room.PrivacyScreen }))),
  insights: lazy(() =>
    import('../insights/insights-screen').then((room) => ({ default: room.InsightsScreen })),
  ),
  settings: lazy(() =>
    import('../settings/settings-screen').then((room) => ({ default: room.SettingsScreen })),
  ),
}

export function App({ studio }: { studio: StudioState }) {
  const screen = useStore(studio.screen)
  const chosen = useSelected(studio.settings, (settings) => settings.language)
  const before = useStore(studio.lookBefore)
  const setting = chosen === 'system' ? (before.language ?? chosen) : chosen
  const known = useStore(studio.settingsKnown)
  const settingsTheme = useSelected(studio.settings, (settings) => settings.theme)
  const infoTheme = useSelected(studio.info, (info) => info?.theme ?? 'system')
  const chosenTheme = known ? settingsTheme : infoTheme
  const theme = chosenTheme === 'system' ? (before.theme ?? chosenTheme) : chosenTheme
  const told = useSelected(studio.info, (info) => info?.language ?? 'system')
  // As the window's: in a browser that is the browser's, which need not be that of the host's environment.
  const language = chooseLanguage(known ? setting : told, navigator.language)
  const locale = useMemo(
    () =>
      createLocale(
        language,
        isPseudo(navigator.language) ? pseudoText : undefined,
        regionOf(language, navigator.languages),
      ),
    [language],
  )
  const locked = useSelected(studio.info, (info) => info?.vault.state === 'locked')
  const Body = bodies[screen]

  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  useNavigation(studio)
  usePresence(studio)
  useDropGuard()

  return (
    <StudioContext value={studio}>
      <LocaleContext value={locale}>
        <CrashScreen key={locked ? 'locked' : 'open'} language={language}>
          {locked ? (
            <LockedScreen />
          ) : (
            <div className="shell">
              <a
                className="skip"
                href="#content"
                onClick={(event) => {
                  event.preventDefault()
                  document.getElementById('content')?.focus()
                }}
              >
                {locale.t('nav.skip')}
              </a>
              <Rail />
              <main id="content" className="content" tabIndex={-1}>
                <ConnectionNotice />
                <Warnings />
                <PolicyNotice />
                <Suspense fallback={<div className="content-waits" aria-busy="true" />}>
                  <Body />
                </Suspense>
              </main>
              <ToastStack />
              <WorkTray />
              <JobNews />
              <RuleDialog />
              <OpenedFiles />
              <Overlay />
            </div>
          )}
        </CrashScreen>
      </LocaleContext>
    </StudioContext>
  )
}

/** The screen lives in the address, so that back works; a key goes to each. */
function useNavigation(studio: StudioState) {
  useEffect(() => {
    const follow = () => studio.screen.set(screenOf(window.location.hash))
    const keys = (event: KeyboardEvent) => {
      const command = commandFor(chordOf(event), 'everywhere', studio.settings.get().shortcuts)
      const target = screens.find((screen) => command === `go.${screen}`)
      if (target) goTo(target)
      else if (command === 'help') studio.overlay.set('help')
      else return
      event.preventDefault()
    }
    window.addEventListener('hashchange', follow)
    window.addEventListener('keydown', keys)
    return () => {
      window.removeEventListener('hashchange', follow)
      window.removeEventListener('keydown', keys)
    }
  }, [studio])
}
