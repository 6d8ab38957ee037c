import { useStore } from '../state/store'
import { type EditDraft, useStudio } from '../state/studio'
import {
  type EditHistory,
  type EditMoment,
  type EditTool,
  redoEdit,
  remember,
  undoEdit,
} from './edit-history'
import { type EditWork, workOnAnother } from './edit-work'
import { type Margins, noMargins } from './extend'
import type { MaskAct } from './mask-history'

type Undoable = Pick<EditDraft, 'strength' | 'feather' | 'onlyMasked' | 'padding'>

export type Editing = {
  draft: EditDraft
  work: EditWork
  tool: EditTool
  mask: readonly MaskAct[]
  margins: Margins
  canUndo: boolean
  canRedo: boolean
  /** One setting; moving it on is the same change. */
  set(part: Partial<Undoable>): void
  /** Words, model and what else is no step of the work. */
  write(part: Partial<EditDraft>): void
  /** The same, of what no restart keeps. */
  hold(part: Partial<Pick<EditWork, 'job' | 'frame' | 'brush' | 'restoring'>>): void
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
  const { edit, editWork } = useStudio()
  const draft = useStore(edit)
  const work = useStore(editWork)
  const { history, tool, mask, margins } = work

  const now = (): EditMoment => {
    const { pictures, strength, feather, onlyMasked, padding } = edit.get()
    const { tool: held, mask: painted, margins: added } = editWork.get()
    return { pictures, strength, feather, onlyMasked, padding, tool: held, mask: painted, margins: added }
  }
  const put = (part: Partial<EditWork>) => editWork.change((all) => ({ ...all, ...part }))
  const keep = (key: string) => put({ history: remember(editWork.get().history, now(), key, Date.now()) })
  const go = (step: { history: EditHistory; moment: EditMoment } | null) => {
    if (!step) return
    const { tool: held, mask: painted, margins: added, pictures, ...settings } = step.moment
    put({ history: step.history, tool: held, mask: painted, margins: added })
    edit.change((all) => ({ ...all, ...settings, pictures: [...pictures] }))
  }

  return {
    draft,
    work,
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
    hold: put,
    setTool(next) {
      keep('tool')
      put({ tool: next })
    },
    setMargins(next) {
      keep('margins')
      put({ margins: next })
    },
    paint(act) {
      keep('')
      put({ mask: [...editWork.get().mask, act] })
    },
    show(picture, anew = false) {
      if (anew) {
        editWork.change(workOnAnother)
        edit.change((all) => ({ ...all, pictures: [picture] }))
        return
      }
      keep('')
      put({ tool: 'none', mask: [], margins: noMargins, job: null })
      edit.change((all) => ({ ...all, pictures: [...all.pictures, picture] }))
    },
    undo: () => go(undoEdit(editWork.get().history, now())),
    redo: () => go(redoEdit(editWork.get().history, now())),
  }
}
