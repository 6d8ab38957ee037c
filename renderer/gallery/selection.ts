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

/** Where an arrow, Home, End or Page key leads in a grid; null for other keys. */
export function moveBy(
  key: string,
  active: number,
  total: number,
  columns: number,
  rowsPerPage: number,
): number | null {
  const moves: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rowsPerPage,
    PageDown: columns * rowsPerPage,
    Home: -total,
    End: total,
  }
  const by = moves[key]
  if (by === undefined || total === 0) return null
  if (active < 0) return key === 'End' ? total - 1 : 0
  const target = active + by
  // A vertical move that would leave the grid stays, as it does in file managers.
  if (Math.abs(by) === columns && (target < 0 || target >= total)) return active
  return Math.min(Math.max(target, 0), total - 1)
}
