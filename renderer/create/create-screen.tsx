import './create.css'
import './composer.css'
import { useCallback, useEffect } from 'react'
import { useDrop, usePaste } from '../components/drop'
import { usePickPicture } from '../components/pick-picture'
import { useLocale } from '../locales/context'
import { QueueBar } from '../queue/queue-bar'
import { useAnswer } from '../state/answer'
import { useBringIn } from '../state/bring-in'
import { runningJob } from '../state/job-list'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { AdvancedDrawer } from './advanced-drawer'
import { Canvas } from './canvas'
import { Composer } from './composer'
import { useCurrentModel } from './current-model'
import { Filmstrip } from './filmstrip'
import { useSubmit } from './submit'
import { Welcome } from './welcome'

const recent = 40

export function CreateScreen() {
  const { create, incognito, library } = useStudio()
  const secret = useStore(incognito)
  const version = useStore(library)
  const { t } = useLocale()
  const model = useCurrentModel()
  const drawer = useSelected(create, (draft) => draft.drawer)
  const bringIn = useBringIn()
  const strip = useAnswer('images.query', { limit: recent, origins: ['made', 'edited', 'enhanced'] }, version)
  const hidden = useAnswer('incognito.list', secret ? null : undefined, version)
  const tiles = (secret ? hidden.value : strip.value?.tiles) ?? []
  const newest = tiles[0]?.id ?? null

  const take = useCallback(
    (file: File) => {
      void bringIn(file).then((picture) => {
        if (picture)
          create.change((draft) => ({
            ...draft,
            image: { id: picture.id, strength: draft.image?.strength ?? 0.6 },
          }))
      })
    },
    [bringIn, create],
  )
  const drop = useDrop(take)
  const pick = usePickPicture(take)
  usePaste(take)
  useKeys()
  useJumpToNewest()

  return (
    <div className={`create ${drawer && model ? 'with-drawer' : ''}`} {...drop.handlers}>
      <h1 className="hidden-text">{t('create.title')}</h1>
      <Canvas
        newest={newest}
        welcome={
          strip.state === 'loading' ? (
            <div className="canvas-place quiet" aria-busy="true" />
          ) : (
            <Welcome model={model} />
          )
        }
      />
      <div className="create-bottom">
        <QueueBar />
        <Composer onPick={pick.open} />
      </div>
      {drawer && model && <AdvancedDrawer model={model} />}
      <Filmstrip tiles={tiles} current={newest} />
      {pick.element}
      {drop.over && <div className="drop-veil">{t('create.drop')}</div>}
    </div>
  )
}

/** Ctrl or Cmd+Enter generates, Esc stops, Alt+A goes to the prompt: wherever the focus is on this screen. */
function useKeys() {
  const { api, jobs } = useStudio()
  const submit = useSubmit()
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        void submit()
      } else if (event.key === 'Escape') {
        const running = runningJob(jobs.get())
        if (running) void api.call('jobs.cancel', { id: running.id })
      } else if (event.altKey && event.code === 'KeyA') {
        event.preventDefault()
        document.getElementById('prompt')?.focus()
      }
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [api, jobs, submit])
}

/** A finished picture takes the canvas, unless the settings say that it should not. */
function useJumpToNewest() {
  const { api, settings, shown } = useStudio()
  useEffect(
    () =>
      api.on('image.added', () => {
        if (settings.get().jumpToNewest) shown.set(null)
      }),
    [api, settings, shown],
  )
}
