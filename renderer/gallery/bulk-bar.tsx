import { Columns2, Download, Globe, Play, RotateCcw, Star, Trash2, X } from 'lucide-react'
import type { Collection } from '../../contract/collection'
import { Button, IconButton } from '../components/button'
import { Confirm } from '../components/dialog'
import { useLocale } from '../locales/context'
import { useTrash } from '../state/library'
import { useStudio } from '../state/studio'
import { ExportDialog } from './export-dialog'
import { PublishDialog } from './publish-dialog'
import { AlbumMenu } from './album-menu'
import type { GalleryPlace } from './collections-panel'
import { EraseMatchingDialog } from './erase-matching-dialog'
import type { GalleryQuery } from './pages'

/** What the bar asks before it acts. */
export type Asking = 'erase' | 'empty' | 'export' | 'publish' | 'matching' | null

type BulkBarProps = {
  place: GalleryPlace
  query: GalleryQuery
  collections: readonly Collection[]
  ids: string[]
  total: number
  asking: Asking
  onAsk: (asking: Asking) => void
  onStar: () => void
  onCompare: () => void
  onSlideshow: () => void
  onClear: () => void
}

/** What can be done with everything that is selected. */
export function BulkBar(props: BulkBarProps) {
  const { place, query, collections, ids, total, asking, onAsk: setAsking } = props
  const { onStar, onCompare, onSlideshow, onClear } = props
  const { view } = place
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const trash = useTrash()
  const count = ids.length
  if (count === 0 && !((view === 'trash' || view === 'shared') && total > 0)) {
    return (
      <div className="gallery-count">
        <p className="grow small faint" role="status">
          {total > 0 && t('common.pictures', { count: total })}
        </p>
        {total > 0 && <Button tone="quiet" icon={Play} label={t('viewer.slideshow')} onClick={onSlideshow} />}
        {total > 0 && query.text && (
          <Button
            tone="quiet"
            icon={Trash2}
            label={t('gallery.eraseMatching')}
            onClick={() => setAsking('matching')}
          />
        )}
        {asking === 'matching' && <EraseMatchingDialog query={query} onClose={() => setAsking(null)} />}
      </div>
    )
  }

  const erase = async (what: 'erase' | 'empty') => {
    const before = what === 'erase' ? count : total
    const answer =
      what === 'erase' ? await api.call('images.erase', { ids }) : await api.call('images.emptyTrash', null)
    if (!answer.ok) return toasts.fail(answer.failure)
    onClear()
    toasts.show((now) => now.t('gallery.erased', { count: before }))
  }
  const restore = async () => {
    const answer = await api.call('images.restore', { ids })
    if (!answer.ok) return toasts.fail(answer.failure)
    onClear()
    toasts.show((now) => now.t('gallery.restored', { count }))
  }

  return (
    <div className="gallery-bulk" role="group" aria-label={t('gallery.selected', { count })}>
      {count > 0 && (
        <>
          <span className="gallery-selected" role="status">
            {t('gallery.selected', { count })}
          </span>
          <IconButton icon={X} size={16} label={t('gallery.selectNone')} onClick={onClear} />
        </>
      )}
      <span className="grow" />
      {view === 'trash' ? (
        <>
          {count > 0 && (
            <Button icon={RotateCcw} label={t('gallery.restore')} onClick={() => void restore()} />
          )}
          {count > 0 && (
            <Button
              tone="danger"
              icon={Trash2}
              label={t('gallery.erase')}
              onClick={() => setAsking('erase')}
            />
          )}
          <Button tone="danger" label={t('gallery.emptyTrash')} onClick={() => setAsking('empty')} />
        </>
      ) : view === 'shared' && count === 0 ? (
        <Button tone="primary" icon={Globe} label={t('publish.title')} onClick={() => setAsking('publish')} />
      ) : (
        <>
          <Button
            icon={Columns2}
            label={t('gallery.compare')}
            title={t('gallery.compareHint')}
            disabled={count !== 2}
            onClick={onCompare}
          />
          <AlbumMenu
            ids={ids}
            collections={collections}
            current={collections.find(({ id }) => id === place.collection)}
          />
          <Button icon={Star} label={t('create.star')} onClick={onStar} />
          <Button icon={Download} label={t('create.export')} onClick={() => setAsking('export')} />
          <Button icon={Trash2} label={t('gallery.toTrash')} onClick={() => void trash(ids).then(onClear)} />
        </>
      )}
      {asking === 'publish' && <PublishDialog onClose={() => setAsking(null)} />}
      {asking === 'export' && <ExportDialog images={ids} onClose={() => setAsking(null)} />}
      {(asking === 'erase' || asking === 'empty') && (
        <Confirm
          title={asking === 'empty' ? t('gallery.emptyTrashTitle') : t('gallery.eraseTitle', { count })}
          text={t('gallery.eraseText')}
          action={t(asking === 'empty' ? 'gallery.emptyTrash' : 'gallery.erase')}
          onConfirm={() => void erase(asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  )
}
