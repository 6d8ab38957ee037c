import type { MaskAct } from './mask-history'
import type { Margins } from './extend'

export type EditTool = 'none' | 'paint' | 'extend' | 'scratches' | 'face'

/** All of an edit that can be taken back. Words have the browser's own undo. */
export type EditMoment = {
  pictures: readonly string[]
  strength: number
  feather: number
  onlyMasked: boolean
  padding: number
  tool: EditTool
  mask: readonly MaskAct[]
  margins: Margins
}

export type EditHistory = {
  past: readonly EditMoment[]
  future: readonly EditMoment[]
  /** what the newest change was about, and when */
  key: string
  at: number
}

export const emptyEditHistory: EditHistory = { past: [], future: [], key: '', at: 0 }

const most = 300
/** Moving one slider is one change, however many values it passes through. */
const oneMove = 900

/** `before` is remembered, unless this change goes on with the one before. A new change ends what could be redone. */
export function remember(history: EditHistory, before: EditMoment, key: string, now: number): EditHistory {
  const goesOn = key !== '' && key === history.key && now - history.at < oneMove && history.past.length > 0
  return {
    past: goesOn ? history.past : [...history.past, before].slice(-most),
    future: [],
    key,
    at: now,
  }
}

type Step = { history: EditHistory; moment: EditMoment }

export function undoEdit(history: EditHistory, now: EditMoment): Step | null {
  const moment = history.past.at(-1)
  if (moment) {
    const past = history.past.slice(0, -1)
    return { history: { past, future: [now, ...history.future], key: '', at: 0 }, moment }
  }
  // After a restart only the pictures are known.
  if (now.pictures.length < 2) return null
  const back = { ...now, pictures: now.pictures.slice(0, -1), mask: [] }
  return { history: { past: [], future: [now, ...history.future], key: '', at: 0 }, moment: back }
}

export function redoEdit(history: EditHistory, now: EditMoment): Step | null {
  const [moment, ...future] = history.future
  if (!moment) return null
  return { history: { past: [...history.past, now], future, key: '', at: 0 }, moment }
}
