/** Which pictures are selected, as in a file manager. `active` has the focus, ranges start at `anchor`. */
export type Selection = {
  ids: ReadonlySet<string>
  active: number
  anchor: number
}

export const noSelection: Selection = { ids: new Set(), active: -1, anchor: -1 }

/** A plain click or an arrow key: this one alone. */
export const selectOne = (index: number, id: string): Selection => ({
  ids: new Set([id]),
  active: index,
  anchor: index,
})

/** Ctrl+click or Space: this one in addition, or out again. */
export function toggle(selection: Selection, index: number, id: string): Selection {
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, active: index, anchor: index }
}

/** From the anchor to here; `ids` are all between, which may first have to be asked of the core. */
export const selectRange = (selection: Selection, index: number, ids: Iterable<string>): Selection => ({
  ids: new Set(ids),
  active: index,
  anchor: selection.anchor < 0 ? index : selection.anchor,
})

export const rangeOf = (selection: Selection, index: number): { from: number; to: number } => {
  const anchor = selection.anchor < 0 ? index : selection.anchor
  return { from: Math.min(anchor, index), to: Math.max(anchor, index) }
}

/** Ctrl+arrow: the focus moves, what is selected stays. */
export const focusOn = (selection: Selection, index: number): Selection => ({ ...selection, active: index })

/** Pictures came or went before these: the same ones are `by` places further. */
export const shiftBy = (selection: Selection, by: number): Selection => ({
  ...selection,
  active: selection.active + by,
  anchor: selection.anchor < 0 ? selection.anchor : Math.max(selection.anchor + by, 0),
})

/** Pictures left the list: they are selected no more, the focus stays where they were. */
export function without(selection: Selection, gone: readonly string[]): Selection {
  if (!gone.some((id) => selection.ids.has(id))) return selection
  const ids = new Set(selection.ids)
  for (const id of gone) ids.delete(id)
  return { ...selection, ids }
}

/** Alt+arrow: beside the picture that was chosen, another one to compare it with. */
export const pairWith = (selection: Selection, first: string, index: number, id: string): Selection => ({
  ids: new Set([first, id]),
  active: index,
  anchor: selection.anchor,
})
