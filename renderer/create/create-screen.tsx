import './create.css'
import './composer.css'
import './options.css'
import { useCallback, useEffect } from 'react'
import { useDrop, usePaste } from '../components/drop'
import { usePickPicture } from '../components/pick-picture'
import { useRecall } from '../gallery/recall'
import { useCommands } from '../keys/use-commands'
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
import { useForever } from './forever'
import { Filmstrip } from './filmstrip'
import { useSubmit } from './submit'
import { Welcome } from './welcome'

const recent = 40

export function CreateScreen() {
  const { api, create, incognito, library, toasts } = useStudio()
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

  const recall = useRecall()
  /** The words and numbers that a picture file told, instead of the picture. */
  const takeTold = useCallback(
    async (id: string) => {
      const answer = await api.call('images.get', { id })
      if (answer.ok) await recall(answer.value, 'all')
      else toasts.fail(answer.failure)
    },
    [api, recall, toasts],
  )
  const take = useCallback(
    (file: File) => {
      void bringIn(file).then((picture) => {
        if (!picture) return
        create.change((draft) => ({
          ...draft,
          image: { id: picture.id, strength: draft.image?.strength ?? 0.6 },
        }))
        if (picture.told)
          toasts.show((now) => now.t('create.told'), {
            label: (now) => now.t('create.useTold'),
            run: () => void takeTold(picture.id),
          })
      })
    },
    [bringIn, create, toasts, takeTold],
  )
  const drop = useDrop(take)
  const pick = usePickPicture(take)
  usePaste(take)
  useKeys()
  useJumpToNewest()
  useForever()

  return (
    <div className={`create ${drawer && model ? 'with-drawer' : ''}`} {...drop.handlers}>
      <h1 className="hidden-text">{t('create.title')}</h1>
      <Canvas
        newest={newest}
        welcome={strip.state === 'loading' ? <div aria-busy="true" /> : <Welcome model={model} />}
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

/** Generate, stop and go to the prompt work wherever the focus is on this screen. */
function useKeys() {
  const { api, forever, jobs } = useStudio()
  const submit = useSubmit()
  const commandOf = useCommands('create')
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const command = commandOf(event)
      const running = runningJob(jobs.get())
      if (command === 'generate') void submit()
      else if (command === 'generateFirst') void submit('first')
      else if (command === 'stop' && (running || forever.get())) {
        forever.set(false)
        if (running) void api.call('jobs.cancel', { id: running.id })
      } else if (command === 'focusPrompt') document.getElementById('prompt')?.focus()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [api, forever, jobs, submit, commandOf])
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
