import { useState } from 'react'
import { useStore } from '../state/store'
import { type EditDraft, useStudio } from '../state/studio'
import {
  type EditHistory,
  type EditMoment,
  type EditTool,
  emptyEditHistory,
  redoEdit,
  remember,
  undoEdit,
} from './edit-history'
import { type Margins, noMargins } from './extend'
import type { MaskAct } from './mask-history'

type Undoable = Pick<EditDraft, 'strength' | 'feather' | 'onlyMasked' | 'padding'>

export type Editing = {
  draft: EditDraft
  tool: EditTool
  mask: readonly MaskAct[]
  margins: Margins
  canUndo: boolean
  canRedo: boolean
  /** One setting; moving it on is the same change. */
  set(part: Partial<Undoable>): void
  /** Words, model and what else is no step of the work. */
  write(part: Partial<EditDraft>): void
  setTool(tool: EditTool): void
  setMargins(margins: Margins): void
  paint(act: MaskAct): void
  /** A result, or another picture altogether (`anew`). */
  show(picture: string, anew?: boolean): void
  undo(): void
  redo(): void
}

/** Everything that is being done to a picture, each step of it with its way back. */
export function useEditing(): Editing {
  const { edit } = useStudio()
  const draft = useStore(edit)
  const [tool, setToolNow] = useState<EditTool>('none')
  const [mask, setMask] = useState<readonly MaskAct[]>([])
  const [margins, setMarginsNow] = useState<Margins>(noMargins)
  const [history, setHistory] = useState<EditHistory>(emptyEditHistory)

  const now = (): EditMoment => {
    const { pictures, strength, feather, onlyMasked, padding } = edit.get()
    return { pictures, strength, feather, onlyMasked, padding, tool, mask, margins }
  }
  const keep = (key: string) => setHistory(remember(history, now(), key, Date.now()))
  const go = (step: { history: EditHistory; moment: EditMoment } | null) => {
    if (!step) return
    const { tool: nextTool, mask: nextMask, margins: nextMargins, pictures, ...settings } = step.moment
    setHistory(step.history)
    setToolNow(nextTool)
    setMask(nextMask)
    setMarginsNow(nextMargins)
    edit.change((all) => ({ ...all, ...settings, pictures: [...pictures] }))
  }

  return {
    draft,
    tool,
    mask,
    margins,
    canUndo: history.past.length > 0 || draft.pictures.length > 1,
    canRedo: history.future.length > 0,
    set(part) {
      keep(Object.keys(part).join(' '))
      edit.change((all) => ({ ...all, ...part }))
    },
    write(part) {
      edit.change((all) => ({ ...all, ...part }))
    },
    setTool(next) {
      keep('tool')
      setToolNow(next)
    },
    setMargins(next) {
      keep('margins')
      setMarginsNow(next)
    },
    paint(act) {
      keep('')
      setMask([...mask, act])
    },
    show(picture, anew = false) {
      if (anew) setHistory(emptyEditHistory)
      else keep('')
      setToolNow('none')
      setMask([])
      setMarginsNow(noMargins)
      edit.change((all) => ({ ...all, pictures: anew ? [picture] : [...all.pictures, picture] }))
    },
    undo: () => go(undoEdit(history, now())),
    redo: () => go(redoEdit(history, now())),
  }
}
