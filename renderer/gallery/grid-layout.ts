import type { DayCount } from '../../contract/collection'

/** A heading, or a row of tiles beginning with picture `from`. */
export type GridRow =
  | { kind: 'heading'; group: number }
  | { kind: 'tiles'; group: number; from: number; count: number }

export type Group = { key: string; from: number; count: number }

export type GridLayout = {
  rows: readonly GridRow[]
  groups: readonly Group[]
  columns: number
  total: number
  /** the row in which a picture stands */
  rowOf(index: number): number
}

export const groupings = ['day', 'month', 'none'] as const
export type Grouping = (typeof groupings)[number]

/** Days or months, each with where its pictures begin. The counts may be a moment older than the total. */
export function groupsOf(days: readonly DayCount[], grouping: Grouping, total: number): Group[] {
  if (grouping === 'none') return []
  const groups: Group[] = []
  let from = 0
  for (const { day, count } of days) {
    if (from >= total) break
    const key = grouping === 'day' ? day : day.slice(0, 7)
    const here = Math.min(count, total - from)
    const last = groups.at(-1)
    if (last?.key === key) last.count += here
    else groups.push({ key, from, count: here })
    from += here
  }
  const last = groups.at(-1)
  if (last) last.count += total - from
  return groups
}

/** All rows of the grid: 100,000 pictures are some 20,000 of them, made in a few milliseconds. */
export function layoutGrid(groups: readonly Group[], total: number, columns: number): GridLayout {
  const rows: GridRow[] = []
  const tilesFrom = (group: number, from: number, end: number) => {
    for (let first = from; first < end; first += columns) {
      rows.push({ kind: 'tiles', group, from: first, count: Math.min(columns, end - first) })
    }
  }
  if (groups.length === 0) tilesFrom(-1, 0, total)
  for (const [group, { from, count }] of groups.entries()) {
    rows.push({ kind: 'heading', group })
    tilesFrom(group, from, from + count)
  }
  return {
    rows,
    groups,
    columns,
    total,
    rowOf(index) {
      let low = 0
      let high = rows.length - 1
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if (firstOf(rows, middle) <= index) low = middle
        else high = middle - 1
      }
      return rows[low]?.kind === 'heading' ? low + 1 : low
    },
  }

  /** A heading counts as its group's first picture, less a half, so that it never wins over its first row. */
  function firstOf(all: readonly GridRow[], at: number): number {
    const row = all[at]
    if (!row) return Number.POSITIVE_INFINITY
    return row.kind === 'tiles' ? row.from : (groups[row.group]?.from ?? 0) - 0.5
  }
}

/**
 * Where an arrow, Home, End or Page key leads; null for other keys. Up and down stay in their column across headings;
 * a shorter row gives its last picture, and a move that would leave the grid stays, as in file managers.
 */
export function moveInGrid(
  key: string,
  active: number,
  layout: GridLayout,
  rowsPerPage: number,
): number | null {
  const { total } = layout
  const vertical: Record<string, number> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -rowsPerPage,
    PageDown: rowsPerPage,
  }
  const sideways: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -total, End: total }
  if (total === 0 || (vertical[key] === undefined && sideways[key] === undefined)) return null
  if (active < 0) return key === 'End' ? total - 1 : 0
  const across = sideways[key]
  if (across !== undefined) return Math.min(Math.max(active + across, 0), total - 1)
  return rowsAway(active, vertical[key] ?? 0, layout)
}

function rowsAway(active: number, by: number, { rows, rowOf }: GridLayout): number {
  const start = rowOf(active)
  const at = rows[start]
  if (at?.kind !== 'tiles') return active
  const column = active - at.from
  const direction = Math.sign(by)
  let found = active
  let left = Math.abs(by)
  for (let next = start + direction; left > 0 && next >= 0 && next < rows.length; next += direction) {
    const row = rows[next]
    if (row?.kind !== 'tiles') continue
    found = row.from + Math.min(column, row.count - 1)
    left -= 1
  }
  return found
}
