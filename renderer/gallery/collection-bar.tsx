import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Collection } from '../../contract/collection'
import { IconButton } from '../components/button'
import { Confirm } from '../components/dialog'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { CollectionDialog } from './collection-dialog'

/** The album or saved search that is open: its name, and what can be done with it. */
export function CollectionBar({ collection, onGone }: { collection: Collection; onGone: () => void }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [asking, setAsking] = useState<'change' | 'remove' | null>(null)
  const album = collection.search === undefined
  const remove = async () => {
    const answer = await api.call('collections.remove', { id: collection.id })
    if (!answer.ok) return toasts.fail(answer.failure)
    return onGone()
  }
  return (
    <div className="collection-bar">
      <h2>{collection.name}</h2>
      {collection.search !== undefined && collection.search !== collection.name && (
        <code className="small faint">{collection.search}</code>
      )}
      <IconButton
        icon={Pencil}
        size={16}
        label={t(album ? 'gallery.albumChange' : 'gallery.searchSavedChange')}
        onClick={() => setAsking('change')}
      />
      <IconButton
        icon={Trash2}
        size={16}
        label={t('gallery.collectionRemove', { name: collection.name })}
        onClick={() => setAsking('remove')}
      />
      {asking === 'change' && <CollectionDialog collection={collection} onClose={() => setAsking(null)} />}
      {asking === 'remove' && (
        <Confirm
          title={t('gallery.collectionRemoveTitle', { name: collection.name })}
          text={t('gallery.collectionRemoveText')}
          action={t('common.remove')}
          onConfirm={() => void remove()}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  )
}
