import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react'
import { useStore } from '../state/store'
import { carryPictures } from './drag-pictures'
import { GridHeading } from './grid-heading'
import { type Group, layoutGrid, moveInGrid } from './grid-layout'
import { GridTile } from './grid-tile'
import type { Pages } from './pages'
import {
  type Selection,
  focusOn,
  noSelection,
  pairWith,
  rangeOf,
  selectOne,
  selectRange,
  toggle,
} from './selection'
import { useFlying } from './use-flying'
import { useWidth } from './use-width'
import { useLocale } from '../locales/context'

const gap = 8
const padding = 16
const headingHeight = 40

type GridProps = {
  pages: Pages
  total: number
  groups: readonly Group[]
  tileSize: number
  selection: Selection
  /** the picture that is looked at over the grid, which follows */
  viewed: number | undefined
  /** the first picture that is seen: where the grid begins, and told as it is scrolled */
  first: RefObject<number>
  onSelect: (selection: Selection) => void
  onOpen: (index: number) => void
  onKey: (event: KeyboardEvent) => void
}

type How = 'one' | 'range' | 'toggle' | 'focus' | 'pair'

/**
 * The pictures as a listbox of which only the visible rows exist. The focus stays on the list and the active
 * picture is named by aria-activedescendant, so that nothing is lost when its row leaves the view.
 */
export function Grid(props: GridProps) {
  const { pages, total, groups, tileSize, selection, viewed, first: seen, onSelect, onOpen, onKey } = props
  const { t } = useLocale()
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const width = useWidth(scroller)
  const flying = useFlying(scroller)
  const columns = Math.max(Math.floor((width - 2 * padding + gap) / (tileSize + gap)), 1)
  const side = (width - 2 * padding - (columns - 1) * gap) / columns
  const layout = useMemo(() => layoutGrid(groups, total, columns), [groups, total, columns])
  const { revision } = useStore(pages.state)
  const rows = useVirtualizer({
    count: layout.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (row) => (layout.rows[row]?.kind === 'heading' ? headingHeight : side + gap),
    overscan: 3,
    paddingStart: groups.length > 0 ? 0 : padding,
    paddingEnd: padding,
    // A jump by key ends below the heading that covers the top.
    scrollPaddingStart: groups.length > 0 ? headingHeight : 0,
  })
  useLayoutEffect(() => rows.measure(), [rows, side, layout])
  useEffect(() => {
    // Who came by key from another screen has the keyboard nowhere: it is for the pictures.
    if (document.activeElement === document.body) list.current?.focus({ preventScroll: true })
  }, [])
  const laidOut = width > 0
  const begin = useEffectEvent(() => {
    if (seen.current > 0) rows.scrollToIndex(layout.rowOf(seen.current), { align: 'start' })
  })
  // As soon as the width and with it the rows are known.
  useLayoutEffect(() => {
    if (laidOut) begin()
  }, [laidOut])
  useEffect(() => {
    if (viewed !== undefined) rows.scrollToIndex(layout.rowOf(viewed))
  }, [rows, layout, viewed])

  const visible = rows.getVirtualItems()
  const shown = visible.flatMap(({ index, start }) => {
    const row = layout.rows[index]
    return row ? [{ row, start }] : []
  })
  const tileRows = shown.flatMap(({ row, start }) => (row.kind === 'tiles' ? [{ ...row, start }] : []))
  const first = tileRows[0]?.from ?? 0
  const lastRow = tileRows.at(-1)
  const last = lastRow ? lastRow.from + lastRow.count - 1 : 0
  useEffect(() => {
    // What flies by is gone before its page arrives.
    if (!flying) pages.want(first, Math.max(last, first))
  }, [pages, first, last, revision, flying])
  const topFrom = tileRows.find(({ start }) => start >= (rows.scrollOffset ?? 0))?.from
  useEffect(() => {
    if (laidOut && topFrom !== undefined) seen.current = topFrom
  }, [seen, laidOut, topFrom])
  const topRow = layout.rows[rows.range?.startIndex ?? 0]
  const topGroup = topRow ? groups[topRow.group] : undefined

  const to = async (index: number, how: How) => {
    if (how === 'focus') return onSelect(focusOn(selection, index))
    if (how === 'range') {
      const { from, to: end } = rangeOf(selection, index)
      return onSelect(selectRange(selection, index, await pages.ids(from, end)))
    }
    // Far away by End or Page keys the page may still be on its way.
    const id = pages.tile(index)?.id ?? (await pages.ids(index, index))[0]
    if (id === undefined) return undefined
    const [chosen] = selection.ids
    if (how === 'pair' && chosen !== undefined && chosen !== id) {
      return onSelect(pairWith(selection, chosen, index, id))
    }
    return onSelect(how === 'toggle' ? toggle(selection, index, id) : selectOne(index, id))
  }

  const keys = (event: KeyboardEvent) => {
    const perPage = Math.max(Math.floor((scroller.current?.clientHeight ?? 0) / (side + gap)), 1)
    const held = event.ctrlKey || event.metaKey
    const target = moveInGrid(event.key, selection.active, layout, perPage)
    if (target !== null) {
      event.preventDefault()
      rows.scrollToIndex(layout.rowOf(target))
      void to(target, event.altKey ? 'pair' : event.shiftKey ? 'range' : held ? 'focus' : 'one')
    } else if (event.key === ' ' && selection.active >= 0) {
      event.preventDefault()
      void to(selection.active, 'toggle')
    } else if (event.key === 'Enter' && selection.active >= 0) {
      event.preventDefault()
      onOpen(selection.active)
    } else {
      onKey(event)
    }
  }

  /** The tile that an event happened on; one listener serves them all. */
  const indexAt = (event: MouseEvent) => {
    const tile = (event.target as Element).closest<HTMLElement>('[data-index]')
    return tile ? Number(tile.dataset['index']) : null
  }
  const click = (event: MouseEvent) => {
    const index = indexAt(event)
    if (index === null) {
      onSelect(focusOn(noSelection, selection.active))
      return
    }
    void to(index, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one')
  }
  const drag = (event: DragEvent) => {
    const index = indexAt(event)
    const tile = index === null ? undefined : pages.tile(index)
    if (!tile || index === null) return
    const inside = selection.ids.has(tile.id)
    if (!inside) onSelect(selectOne(index, tile.id))
    carryPictures(event.dataTransfer, inside ? [...selection.ids] : [tile.id], tile)
  }

  return (
    <div className="grid-frame">
      {topGroup && (
        <div className="grid-top">
          <GridHeading group={topGroup} />
        </div>
      )}
      <div ref={scroller} className="grid-scroller">
        <div
          ref={list}
          id="gallery-grid"
          className="grid"
          role="listbox"
          tabIndex={0}
          aria-label={t('gallery.grid')}
          aria-multiselectable="true"
          aria-activedescendant={
            selection.active >= first && selection.active <= last ? `tile-${selection.active}` : undefined
          }
          style={{ height: rows.getTotalSize() }}
          onKeyDown={keys}
          onClick={click}
          onDragStart={drag}
          onDoubleClick={(event) => {
            const index = indexAt(event)
            if (index !== null) onOpen(index)
          }}
          // The list keeps the focus; its tiles have none.
          onMouseDown={() => list.current?.focus({ preventScroll: true })}
        >
          {shown.map(({ row, start }) => {
            const group = groups[row.group]
            return (
              row.kind === 'heading' &&
              group && (
                <div
                  key={`heading ${group.key}`}
                  className="grid-heading-row"
                  role="presentation"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <GridHeading group={group} />
                </div>
              )
            )
          })}
          {tileRows.flatMap(({ from, count, start }) =>
            Array.from({ length: count }, (_, column) => {
              const index = from + column
              const tile = pages.tile(index)
              return (
                <GridTile
                  key={tile?.id ?? `waiting-${index}`}
                  index={index}
                  total={total}
                  tile={tile}
                  flying={flying}
                  side={side}
                  left={padding + column * (side + gap)}
                  top={start}
                  selected={tile !== undefined && selection.ids.has(tile.id)}
                  active={index === selection.active}
                />
              )
            }),
          )}
        </div>
      </div>
    </div>
  )
}
