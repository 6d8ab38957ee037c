import { useVirtualizer } from '@tanstack/react-virtual'
import { Star } from 'lucide-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { ImageTile } from '../../contract/image'
import { media } from '../api'
import { useLocale } from '../locales/context'
import { useImageName } from '../state/library'
import { useStore } from '../state/store'
import type { Pages } from './pages'
import { type Selection, moveBy, rangeOf, selectOne, selectRange, toggle } from './selection'

const gap = 8
const padding = 16

type GridProps = {
  pages: Pages
  total: number
  tileSize: number
  selection: Selection
  onSelect: (selection: Selection) => void
  onOpen: (index: number) => void
  onKey: (event: KeyboardEvent) => void
}

/**
 * The pictures as a listbox of which only the visible rows exist. The focus stays on the list and the active
 * picture is named by aria-activedescendant, so that nothing is lost when its row leaves the view.
 */
export function Grid({ pages, total, tileSize, selection, onSelect, onOpen, onKey }: GridProps) {
  const { t, day } = useLocale()
  const scroller = useRef<HTMLDivElement>(null)
  const width = useWidth(scroller)
  const columns = Math.max(Math.floor((width - 2 * padding + gap) / (tileSize + gap)), 1)
  const side = (width - 2 * padding - (columns - 1) * gap) / columns
  const { revision } = useStore(pages.state)
  const rows = useVirtualizer({
    count: Math.ceil(total / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => side + gap,
    overscan: 3,
    paddingStart: padding,
    paddingEnd: padding,
  })
  useLayoutEffect(() => rows.measure(), [rows, side])

  const visible = rows.getVirtualItems()
  const first = (visible[0]?.index ?? 0) * columns
  const last = Math.min(((visible.at(-1)?.index ?? 0) + 1) * columns, total) - 1
  useEffect(() => pages.want(first, Math.max(last, first)), [pages, first, last, revision])

  const to = async (index: number, how: 'one' | 'range' | 'toggle') => {
    const tile = pages.tile(index)
    if (how === 'range') {
      const { from, to: end } = rangeOf(selection, index)
      onSelect(selectRange(selection, index, await pages.ids(from, end)))
    } else if (tile) {
      onSelect(how === 'one' ? selectOne(index, tile.id) : toggle(selection, index, tile.id))
    } else {
      // Far away by End or Page keys: the page is still on its way.
      const [id] = await pages.ids(index, index)
      if (id) onSelect(selectOne(index, id))
    }
  }

  const keys = (event: KeyboardEvent) => {
    const perPage = Math.max(Math.floor((scroller.current?.clientHeight ?? 0) / (side + gap)), 1)
    const target = moveBy(event.key, selection.active, total, columns, perPage)
    if (target !== null && !event.altKey) {
      event.preventDefault()
      rows.scrollToIndex(Math.floor(target / columns))
      void to(target, event.shiftKey ? 'range' : 'one')
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
    if (index === null) return
    void to(index, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one')
  }
  const open = (event: MouseEvent) => {
    const index = indexAt(event)
    if (index !== null) onOpen(index)
  }
  const firstShown = pages.tile(first)

  return (
    <div className="grid-frame">
      {first > 0 && firstShown && (
        <div className="grid-day small" aria-hidden="true">
          {day(firstShown.createdAt)}
        </div>
      )}
      <div ref={scroller} className="grid-scroller">
        <div
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
          onDoubleClick={open}
          onMouseDown={(event) => {
            // The list keeps the focus; Shift+click must not select text.
            event.preventDefault()
            event.currentTarget.focus({ preventScroll: true })
          }}
        >
          {visible.flatMap((row) =>
            Array.from({ length: Math.min(columns, total - row.index * columns) }, (_, column) => {
              const index = row.index * columns + column
              const tile = pages.tile(index)
              return (
                <Tile
                  key={tile?.id ?? `waiting-${index}`}
                  index={index}
                  total={total}
                  tile={tile}
                  side={side}
                  left={padding + column * (side + gap)}
                  top={row.start}
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

type TileProps = {
  index: number
  total: number
  tile: ImageTile | undefined
  side: number
  left: number
  top: number
  selected: boolean
  active: boolean
}

/** Drawn again only when it changes itself: scrolling draws the new row, not the screen. */
const Tile = memo(function Tile({ index, total, tile, side, left, top, selected, active }: TileProps) {
  const { t } = useLocale()
  const nameOf = useImageName()
  const name = tile ? nameOf(tile) : t('common.loading')
  return (
    <div
      id={`tile-${index}`}
      data-index={index}
      role="option"
      tabIndex={-1}
      className={`tile ${active ? 'active' : ''}`}
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={index + 1}
      aria-label={tile?.starred ? `${name}, ${t('gallery.starred')}` : name}
      title={name}
      style={{ width: side, height: side, transform: `translate(${left}px, ${top}px)` }}
    >
      {tile && (
        <img
          src={media.thumbnail(tile.id, side > 200 ? 480 : 320)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
        />
      )}
      {tile?.starred && <Star className="tile-star" size={14} fill="currentColor" aria-hidden="true" />}
    </div>
  )
})

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const watched = element.current
    if (!watched) return undefined
    // The observer reports once at the start, before the first paint.
    const observer = new ResizeObserver(() => setWidth(watched.clientWidth))
    observer.observe(watched)
    return () => observer.disconnect()
  }, [element])
  return width
}
