import { type EditHistory, type EditTool, emptyEditHistory } from './edit-history'
import { type Margins, noMargins } from './extend'
import type { Frame } from './face-frame'
import type { MaskAct } from './mask-history'
import type { BrushState } from './mask-tools'
import type { Restoring } from './restore-panel'

/**
 * What is being done to the picture at hand, besides the draft. It belongs to the window and not to the screen: who
 * looks something up in the gallery comes back to what was painted and to the picture that was made meanwhile.
 */
export type EditWork = {
  tool: EditTool
  mask: readonly MaskAct[]
  margins: Margins
  history: EditHistory
  /** what was begun last: its result becomes the picture at hand */
  job: string | null
  /** the square around a face; null: where one most often is */
  frame: Frame | null
  /** null: a twelfth of the picture */
  brush: BrushState | null
  /** null: as it begins */
  restoring: Restoring | null
}

export const noEditWork: EditWork = {
  tool: 'none',
  mask: [],
  margins: noMargins,
  history: emptyEditHistory,
  job: null,
  frame: null,
  brush: null,
  restoring: null,
}

/** Another picture altogether: what was set stays, what belonged to the picture goes. */
export const workOnAnother = ({ brush, restoring }: EditWork): EditWork => ({
  ...noEditWork,
  brush: brush && { ...brush, size: 0 },
  restoring: restoring && { ...restoring, shows: restoring.open },
})
