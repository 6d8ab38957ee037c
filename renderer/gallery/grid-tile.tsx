import { EyeOff, Star } from 'lucide-react'
import { memo, useState } from 'react'
import type { ImageTile } from '../../contract/image'
import { media } from '../api'
import { useLocale } from '../locales/context'
import { useCovering } from '../state/covers'
import { useAltText } from '../state/library'

type GridTileProps = {
  index: number
  total: number
  tile: ImageTile | undefined
  /** too fast to be seen: no picture is asked for, those that are there stay */
  flying: boolean
  side: number
  left: number
  top: number
  selected: boolean
  active: boolean
}

/** Drawn again only when it changes itself: scrolling draws the new row, not the screen. */
export const GridTile = memo(function GridTile(props: GridTileProps) {
  const { index, total, tile, flying, side, left, top, selected, active } = props
  const [seen, setSeen] = useState(!flying)
  if (!flying && !seen) setSeen(true)
  const { t, day } = useLocale()
  const altOf = useAltText()
  const name = tile ? altOf(tile) : t('common.loading')
  const { hidden } = useCovering(tile)
  const label = [
    name,
    tile && day(tile.createdAt),
    tile?.starred && t('gallery.starred'),
    hidden && t('cover.title'),
  ]
  return (
    <div
      id={`tile-${index}`}
      data-index={index}
      role="option"
      className={`tile ${active ? 'active' : ''}`}
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={index + 1}
      aria-label={label.filter(Boolean).join(', ')}
      title={name}
      draggable={tile !== undefined}
      style={{ width: side, height: side, transform: `translate(${left}px, ${top}px)` }}
    >
      {tile && seen && (
        <img
          src={media.thumbnail(tile.id, side > 200 ? 480 : 320)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
        />
      )}
      {hidden && <EyeOff className="tile-cover" size={20} aria-hidden="true" />}
      {tile?.starred && <Star className="tile-star" size={14} fill="currentColor" aria-hidden="true" />}
    </div>
  )
})
