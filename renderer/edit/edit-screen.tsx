import './edit.css'
import './mask.css'
import './restore.css'
import { ImagePlus } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { JobRequestInput } from '../../contract/generation'
import type { QuickAction } from '../../contract/quick-action'
import { wordsIn } from '../../contract/quick-action'
import { media } from '../api'
import { Button } from '../components/button'
import { useDrop, usePaste } from '../components/drop'
import { FailureNotice } from '../components/failure-notice'
import { usePickPicture } from '../components/pick-picture'
import { useLocale } from '../locales/context'
import { useBringIn } from '../state/bring-in'
import { isEnded } from '../state/job-list'
import { useImage } from '../state/library'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { moveFirst, submitJob } from '../state/submit-job'
import { seedIsGood } from '../create/create-draft'
import { fits } from '../create/shapes'
import { advancedOf } from './advanced'
import { promptOf, requestOfAction } from './actions'
import { type EditLack, EditPanel } from './edit-panel'
import { EditStage } from './edit-stage'
import { useEditKeys } from './edit-keys'
import { type Editing, useEditing } from './editing'
import { firstFrame, isWithin } from './face-frame'
import type { FaceWishes } from './face-tools'
import { extendedFiles, extendedSize, isExtended, loadPicture } from './extend'
import { maskFile } from './mask-drawing'
import { isPainted } from './mask-history'
import type { BrushState } from './mask-tools'
import { firstRestoring, type RestoreWishes, type Restoring } from './restore-panel'
import { StartPicture } from './start-picture'
import { useRestorePreview } from './use-restore-preview'

/** 0: a twelfth of the picture, until the brackets change it. */
const firstBrush = { size: 0, erase: false }
const smallestBrush = 8

export function EditScreen() {
  const { api, edit, editWork, incognito, jobs, models, settings, toasts } = useStudio()
  const { t, language } = useLocale()
  const list = useStore(models) ?? []
  const editing = useEditing()
  const { draft, tool, work } = editing
  const { job: jobId } = work
  const chosenBrush = work.brush ?? firstBrush
  const restoring = work.restoring ?? firstRestoring
  const setBrush = (next: BrushState) => editing.hold({ brush: next })
  const setRestoring = (next: Restoring) => editing.hold({ restoring: next })
  const [bringing, setBringing] = useState(false)
  const [sending, setSending] = useState(false)
  const bringIn = useBringIn()

  const current = draft.pictures.at(-1)
  const answer = useImage(current)
  const image = answer.value
  const frame = image && work.frame && isWithin(work.frame, image) ? work.frame : null
  const shortSide = Math.min(image?.width ?? 0, image?.height ?? 0)
  const size = chosenBrush.size || Math.max(smallestBrush, Math.round(shortSide / 12))
  const brush = { ...chosenBrush, size }
  const job = useStore(jobs).find((one) => one.id === jobId)
  const busy = job !== undefined && !isEnded(job)
  // Models that only inpaint are at home here, and draw the whole when nothing is marked.
  const painters = list.filter(
    ({ state, passport: { capabilities } }) =>
      state === 'ready' && (capabilities.includes('image-to-image') || capabilities.includes('inpaint')),
  )
  const usual = useSelected(settings, (value) => value.model)
  const named = (id: string) => painters.find((model) => model.id === id)
  const painter = named(draft.model) ?? named(usual) ?? painters[0]
  const inpaints = painter?.passport.capabilities.includes('inpaint') ?? false
  const previews = restoring.shows && tool === 'none' && !busy
  const preview = useRestorePreview((previews && image?.id) || null, restoring.wishes, restoring.centre)
  const show = useRef(editing.show)
  useEffect(() => {
    show.current = editing.show
  })

  // A result becomes the picture at hand; what it was stays one step back.
  useEffect(() => {
    if (jobId === null) return undefined
    const look = () => {
      if (editWork.get().job !== jobId) return
      const result = jobs.get().find((one) => one.id === jobId && one.state === 'done')?.images[0]
      if (result !== undefined) show.current(result)
    }
    // It may have ended before this was listening.
    queueMicrotask(look)
    return jobs.subscribe(look)
  }, [jobId, jobs, editWork])

  const take = useCallback(
    (file: File) => {
      setBringing(true)
      void bringIn(file).then((picture) => {
        setBringing(false)
        if (picture) show.current(picture.id, true)
      })
    },
    [bringIn],
  )
  const drop = useDrop(take)
  const pick = usePickPicture(take)
  usePaste(take)
  /** `place`: before everything that waits */
  const run = async (request: JobRequestInput, place?: 'first') => {
    const submitted = await submitJob({ api, incognito }, request)
    if (submitted.ok) {
      editing.hold({ job: submitted.value.id })
      if (place === 'first') await moveFirst({ api }, submitted.value.ids)
    } else toasts.fail(submitted.failure)
  }
  const send = async (kind: 'picture' | 'mask', blob: Blob | null): Promise<string | null> => {
    if (!blob) return null
    const sent = await api.upload(kind, blob, `${kind}.png`, incognito.get())
    if (sent.ok) return sent.value.id
    toasts.fail(sent.failure)
    return null
  }
  const extend = async (place?: 'first') => {
    if (!painter || !image) return
    const { margins } = editing
    const picture = await loadPicture(media.image(image.id))
    const { feather, fill } = draft
    const files = picture && (await extendedFiles(picture, margins, fill, feather * 2))
    if (!files) return toasts.fail({ code: 'picture-unreadable', name: image.id })
    const id = await send('picture', files.picture)
    const mask = id && (await send('mask', files.mask))
    if (!id || !mask) return
    const whole = extendedSize(image, margins)
    // Enough of the old picture is seen for the new part to go on from it.
    const padding = Math.min(512, Math.round(Math.max(whole.width, whole.height) / 4))
    const request: JobRequestInput = {
      kind: 'generate',
      model: painter.id,
      prompt: draft.prompt.trim() === '' ? image.prompt : draft.prompt,
      ...advancedOf(draft, painter),
      image: { id, strength: fill === 'edges' ? 0.85 : 1 },
      mask: { id: mask, feather, onlyMasked: true, padding },
    }
    await run(request, place)
  }
  /** Encoding a large picture takes seconds, in which a second press would begin it twice. */
  const once = async (act: () => Promise<void>) => {
    setSending(true)
    await act().finally(() => setSending(false))
  }
  const apply = async (place?: 'first') => {
    if (!painter || !image) return
    if (tool === 'extend') return extend(place)
    const { id, width, height } = image
    const request: JobRequestInput = {
      kind: 'generate',
      model: painter.id,
      prompt: draft.prompt,
      ...advancedOf(draft, painter),
      image: { id, strength: draft.strength },
    }
    if (tool !== 'paint' || !inpaints || !isPainted(editing.mask)) return run(request, place)
    const mask = await send('mask', await maskFile(width, height, editing.mask))
    if (!mask) return
    const { feather, padding } = draft
    // A size that the model does not make would come back cropped or small: then only the part is worked on.
    const onlyMasked = draft.onlyMasked || !painter.limits || !fits(image, painter.limits)
    return run({ ...request, mask: { id: mask, feather, onlyMasked, padding } }, place)
  }
  const restore = async (wishes: RestoreWishes) => {
    if (!image) return
    setRestoring({ ...restoring, shows: false })
    const { id, width, height } = image
    const painted = tool === 'scratches' && isPainted(editing.mask)
    const mask = painted ? await send('mask', await maskFile(width, height, editing.mask)) : undefined
    if (mask !== null) await run({ kind: 'restore', image: id, ...wishes, ...(mask && { mask }) })
  }
  const makeFaceClear = (wishes: FaceWishes) => {
    if (image) void run({ kind: 'face', image: image.id, area: frame ?? firstFrame(image), ...wishes })
  }
  const act = (action: QuickAction) => {
    if (!image) return
    const request = requestOfAction(action, image, painter, language)
    if (request) {
      void run(request)
      return
    }
    if (action.does === 'face') {
      editing.setTool('face')
      return
    }
    if (action.strength !== undefined) editing.set({ strength: action.strength })
    const words = wordsIn(action.prompt ?? '', language)
    editing.write({ prompt: words === '' ? draft.prompt : promptOf(action, image, language) })
    editing.setTool(action.does === 'extend' ? 'extend' : 'paint')
  }
  const lacks = lacking(editing)
  const idle = !busy && !sending
  const ready = painter !== undefined && idle && lacks === null && seedIsGood(draft.seed)
  const stop = () => job && void api.call('jobs.cancel', { id: job.id })
  useEditKeys({
    editing,
    brush,
    onBrush: setBrush,
    onApply: (place) => ready && void once(() => apply(place)),
    onStop: busy && stop,
  })

  return (
    <div className="edit" {...drop.handlers}>
      <header className="edit-head">
        <h1>{t('edit.title')}</h1>
        {current && <Button icon={ImagePlus} label={t('edit.another')} onClick={pick.open} />}
      </header>
      {!current && <StartPicture busy={bringing} onPick={pick.open} />}
      {current && answer.state === 'failed' && !image && (
        <div className="edit-start">
          <FailureNotice failure={answer.failure}>
            <Button
              label={t('edit.another')}
              onClick={() => edit.change((now) => ({ ...now, pictures: [] }))}
            />
          </FailureNotice>
        </div>
      )}
      {image && (
        <div className="edit-body">
          <EditStage
            image={image}
            before={draft.pictures.at(-2)}
            job={job}
            editing={editing}
            brush={brush}
            onBrush={setBrush}
            frame={frame}
            onFrame={(next) => editing.hold({ frame: next })}
            restoring={previews ? restoring : null}
            onRestoring={setRestoring}
            preview={preview}
            onStop={stop}
          />
          <EditPanel
            image={image}
            models={list}
            painters={painters}
            painter={painter}
            inpaints={inpaints}
            editing={editing}
            brush={brush}
            onBrush={setBrush}
            ready={ready}
            onAction={act}
            lacks={painter && idle ? lacks : null}
            onApply={() => void once(apply)}
            idle={idle}
            restoring={restoring}
            onRestoring={setRestoring}
            onRestore={(wishes) => void once(() => restore(wishes))}
            frame={frame}
            onFrame={(next) => editing.hold({ frame: next })}
            onFace={makeFaceClear}
          />
        </div>
      )}
      {pick.element}
      {drop.over && <div className="drop-veil">{t('edit.dropHere')}</div>}
    </div>
  )
}

/** What is still to be said before it can begin. */
function lacking({ draft, tool, mask, margins }: Editing): EditLack | null {
  if (tool === 'extend') return isExtended(margins) ? null : 'margins'
  if (tool === 'paint' && !isPainted(mask)) return 'paint'
  return draft.prompt.trim() === '' ? 'words' : null
}
