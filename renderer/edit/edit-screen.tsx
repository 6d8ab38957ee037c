import './edit.css'
import { ImagePlus } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { JobRequestInput } from '../../contract/generation'
import { Button } from '../components/button'
import { useDrop, usePaste } from '../components/drop'
import { FailureNotice } from '../components/failure-notice'
import { usePickPicture } from '../components/pick-picture'
import { useLocale } from '../locales/context'
import { useBringIn } from '../state/bring-in'
import { isEnded } from '../state/job-list'
import { useImage } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { EditPanel } from './edit-panel'
import { EditStage } from './edit-stage'
import { maskFile } from './mask-drawing'
import { type MaskHistory, emptyHistory, isPainted } from './mask-history'
import { StartPicture } from './start-picture'

/** 0: a twelfth of the picture, until the brackets change it. */
const firstBrush = { size: 0, erase: false }
const smallestBrush = 8

export function EditScreen() {
  const { api, edit, incognito, jobs, models, toasts } = useStudio()
  const { t } = useLocale()
  const draft = useStore(edit)
  const list = useStore(models) ?? []
  const [jobId, setJobId] = useState<string | null>(null)
  const [painting, setPainting] = useState(false)
  const [chosenBrush, setBrush] = useState(firstBrush)
  const [history, setHistory] = useState<MaskHistory>(emptyHistory)
  const [bringing, setBringing] = useState(false)
  const bringIn = useBringIn()

  const current = draft.pictures.at(-1)
  const answer = useImage(current)
  const shortSide = Math.min(answer.value?.width ?? 0, answer.value?.height ?? 0)
  const size = chosenBrush.size || Math.max(smallestBrush, Math.round(shortSide / 12))
  const brush = { ...chosenBrush, size }
  const job = useStore(jobs).find((one) => one.id === jobId)
  const busy = job !== undefined && !isEnded(job)
  const painters = list.filter(
    (model) => model.state === 'ready' && model.passport.capabilities.includes('image-to-image'),
  )
  const painter = painters.find((model) => model.id === draft.model) ?? painters[0]

  // A result becomes the picture at hand; what it was stays one step back.
  useEffect(() => {
    if (jobId === null) return undefined
    const look = () => {
      const result = jobs.get().find((one) => one.id === jobId && one.state === 'done')?.images[0]
      if (result === undefined) return
      setJobId(null)
      setPainting(false)
      setHistory(emptyHistory)
      edit.change((now) => ({ ...now, pictures: [...now.pictures, result] }))
    }
    // It may have ended before this was listening.
    queueMicrotask(look)
    return jobs.subscribe(look)
  }, [jobId, jobs, edit])

  const take = useCallback(
    (file: File) => {
      setBringing(true)
      void bringIn(file).then((picture) => {
        setBringing(false)
        if (!picture) return
        setHistory(emptyHistory)
        edit.change((now) => ({ ...now, pictures: [picture.id] }))
      })
    },
    [bringIn, edit],
  )
  const drop = useDrop(take)
  const pick = usePickPicture(take)
  usePaste(take)

  const run = async (request: JobRequestInput) => {
    const submitted = await api.call('jobs.submit', {
      ...request,
      ...(incognito.get() && { incognito: true }),
    })
    if (submitted.ok) setJobId(submitted.value.id)
    else toasts.fail(submitted.failure)
  }
  const apply = async () => {
    if (!painter || !answer.value) return
    const { id, width, height } = answer.value
    const masked = painting && painter.passport.capabilities.includes('inpaint') && isPainted(history)
    const request: JobRequestInput = {
      kind: 'generate',
      model: painter.id,
      prompt: draft.prompt,
      image: { id, strength: draft.strength },
    }
    if (!masked) return run(request)
    const file = await maskFile(width, height, history.done)
    if (!file) return
    const mask = await api.upload('mask', file, 'mask.png')
    if (!mask.ok) return toasts.fail(mask.failure)
    const { feather, onlyMasked, padding } = draft
    return run({ ...request, mask: { id: mask.value.id, feather, onlyMasked, padding } })
  }
  const back = () => edit.change((now) => ({ ...now, pictures: now.pictures.slice(0, -1) }))

  return (
    <div className="edit" {...drop.handlers}>
      <header className="edit-head">
        <h1>{t('edit.title')}</h1>
        {current && <Button icon={ImagePlus} label={t('edit.another')} onClick={pick.open} />}
      </header>
      {!current && <StartPicture busy={bringing} onPick={pick.open} />}
      {current && answer.state === 'failed' && !answer.value && (
        <div className="edit-start">
          <FailureNotice failure={answer.failure}>
            <Button
              label={t('edit.another')}
              onClick={() => edit.change((now) => ({ ...now, pictures: [] }))}
            />
          </FailureNotice>
        </div>
      )}
      {answer.value && (
        <div className="edit-body">
          <EditStage
            image={answer.value}
            before={draft.pictures.at(-2)}
            job={job}
            painting={painting}
            brush={brush}
            history={history}
            onHistory={setHistory}
            onBack={back}
            onStop={() => job && void api.call('jobs.cancel', { id: job.id })}
          />
          <EditPanel
            image={answer.value}
            models={list}
            painters={painters}
            painter={painter}
            painting={painting}
            onPainting={setPainting}
            brush={brush}
            onBrush={setBrush}
            history={history}
            onHistory={setHistory}
            busy={busy}
            onRun={(request) => void run(request)}
            onApply={() => void apply()}
          />
        </div>
      )}
      {pick.element}
      {drop.over && <div className="drop-veil">{t('edit.dropHere')}</div>}
    </div>
  )
}
