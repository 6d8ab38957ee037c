import { Copy, FolderPlus, Images, type LucideIcon, Plus, Search, Share2, Star, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Collection } from '../../contract/collection'
import { media } from '../api'
import { IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { CollectionDialog } from './collection-dialog'
import { carriedPictures, carriesPictures } from './drag-pictures'

export const galleryViews = ['all', 'starred', 'shared', 'duplicates', 'trash'] as const
export type GalleryView = (typeof galleryViews)[number] | 'collection'
/** Which pictures the gallery shows. */
export type GalleryPlace = { view: GalleryView; collection?: string }

const icons: Record<(typeof galleryViews)[number], LucideIcon> = {
  all: Images,
  starred: Star,
  shared: Share2,
  duplicates: Copy,
  trash: Trash2,
}

type PanelProps = {
  place: GalleryPlace
  collections: readonly Collection[]
  onGo: (place: GalleryPlace) => void
}

/** The ways into the library: its parts, albums, and searches that were kept. Pictures can be dropped on albums. */
export function CollectionsPanel({ place, collections, onGo }: PanelProps) {
  const { t } = useLocale()
  const [making, setMaking] = useState(false)
  const albums = collections.filter(({ search }) => search === undefined)
  const searches = collections.filter(({ search }) => search !== undefined)
  const row = (collection: Collection) => (
    <CollectionRow
      key={collection.id}
      collection={collection}
      current={place.collection === collection.id}
      onGo={() => onGo({ view: 'collection', collection: collection.id })}
    />
  )
  return (
    <nav className="gallery-panel" aria-label={t('gallery.places')}>
      <ul>
        {galleryViews.map((view) => {
          const Icon = icons[view]
          return (
            <li key={view}>
              <button
                type="button"
                className="place"
                aria-current={place.view === view ? 'page' : undefined}
                onClick={() => onGo({ view })}
              >
                <Icon size={16} aria-hidden="true" />
                <span className="place-name">{t(`gallery.${view}`)}</span>
              </button>
            </li>
          )
        })}
      </ul>
      <div className="place-head">
        <h2>{t('gallery.albums')}</h2>
        <IconButton icon={Plus} size={16} label={t('gallery.albumNew')} onClick={() => setMaking(true)} />
      </div>
      {albums.length === 0 ? (
        <p className="small faint place-none">{t('gallery.albumsNone')}</p>
      ) : (
        <ul>{albums.map(row)}</ul>
      )}
      <div className="place-head">
        <h2>{t('gallery.searches')}</h2>
      </div>
      {searches.length === 0 ? (
        <p className="small faint place-none">{t('gallery.searchesNone')}</p>
      ) : (
        <ul>{searches.map(row)}</ul>
      )}
      {making && (
        <CollectionDialog
          onClose={() => setMaking(false)}
          onSaved={({ id }) => onGo({ view: 'collection', collection: id })}
        />
      )}
    </nav>
  )
}

type RowProps = { collection: Collection; current: boolean; onGo: () => void }

function CollectionRow({ collection, current, onGo }: RowProps) {
  const { api, toasts } = useStudio()
  const { number } = useLocale()
  const [over, setOver] = useState(false)
  const album = collection.search === undefined
  const take = async (images: string[]) => {
    if (images.length === 0) return
    const answer = await api.call('collections.add', { id: collection.id, images })
    if (answer.ok)
      toasts.show((now) => now.t('gallery.albumAdded', { count: images.length, name: collection.name }))
    else toasts.fail(answer.failure)
  }
  const Icon = album ? FolderPlus : Search
  return (
    <li>
      <button
        type="button"
        className={`place ${over ? 'over' : ''}`}
        aria-current={current ? 'page' : undefined}
        onClick={onGo}
        onDragOver={(event) => {
          if (!album || !carriesPictures(event.dataTransfer)) return
          event.preventDefault()
          event.dataTransfer.dropEffect = 'copy'
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          setOver(false)
          if (!album || !carriesPictures(event.dataTransfer)) return
          event.preventDefault()
          void take(carriedPictures(event.dataTransfer))
        }}
      >
        {collection.cover === undefined ? (
          <Icon size={16} aria-hidden="true" />
        ) : (
          <img className="place-cover" src={media.thumbnail(collection.cover, 64)} alt="" draggable={false} />
        )}
        <span className="place-name">{collection.name}</span>
        <span className="small faint">{number(collection.count)}</span>
      </button>
    </li>
  )
}
