import { FolderMinus, FolderPlus, ImageUp, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Collection } from '../../contract/collection'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { CollectionDialog } from './collection-dialog'

type AlbumMenuProps = {
  ids: readonly string[]
  collections: readonly Collection[]
  /** the album that is open */
  current: Collection | undefined
}

/** Puts the selected pictures into an album, takes them out of the open one, or makes one of them its cover. */
export function AlbumMenu({ ids, collections, current }: AlbumMenuProps) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [making, setMaking] = useState(false)
  const albums = collections.filter(({ search, id }) => search === undefined && id !== current?.id)
  const [only] = ids
  const add = async ({ id, name }: Collection) => {
    const answer = await api.call('collections.add', { id, images: [...ids] })
    if (answer.ok) toasts.show((now) => now.t('gallery.albumAdded', { count: ids.length, name }))
    else toasts.fail(answer.failure)
  }
  const take = async ({ id, name }: Collection) => {
    const images = [...ids]
    const answer = await api.call('collections.take', { id, images })
    if (!answer.ok) return toasts.fail(answer.failure)
    return toasts.offerUndo(
      (now) => now.t('gallery.albumTaken', { count: images.length, name }),
      () => void api.call('collections.add', { id, images }),
    )
  }
  const makeCover = async ({ id, name }: Collection, cover: string) => {
    const answer = await api.call('collections.save', { id, name, cover })
    if (answer.ok) toasts.show((now) => now.t('gallery.coverSet', { name }))
    else toasts.fail(answer.failure)
  }
  const ownAlbum = current?.search === undefined ? current : undefined
  return (
    <>
      <Popover
        className="button plain"
        label={t('gallery.albumAdd')}
        side="below"
        align="end"
        menu
        trigger={
          <>
            <FolderPlus size={16} aria-hidden="true" />
            <span>{t('gallery.album')}</span>
          </>
        }
      >
        <ul className="menu">
          {albums.map((album) => (
            <li key={album.id}>
              <button type="button" className="menu-item" onClick={() => void add(album)}>
                <FolderPlus size={16} aria-hidden="true" />
                {album.name}
              </button>
            </li>
          ))}
          <li>
            <button type="button" className="menu-item" onClick={() => setMaking(true)}>
              <Plus size={16} aria-hidden="true" />
              {t('gallery.albumNew')}
            </button>
          </li>
          {ownAlbum && (
            <li className="menu-apart">
              <button type="button" className="menu-item" onClick={() => void take(ownAlbum)}>
                <FolderMinus size={16} aria-hidden="true" />
                {t('gallery.albumTake', { name: ownAlbum.name })}
              </button>
            </li>
          )}
          {current && only !== undefined && ids.length === 1 && (
            <li>
              <button type="button" className="menu-item" onClick={() => void makeCover(current, only)}>
                <ImageUp size={16} aria-hidden="true" />
                {t('gallery.coverMake')}
              </button>
            </li>
          )}
        </ul>
      </Popover>
      {making && <CollectionDialog onClose={() => setMaking(false)} onSaved={(album) => void add(album)} />}
    </>
  )
}
