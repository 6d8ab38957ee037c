import { Columns2, Download, Globe, RotateCcw, Star, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../components/button'
import { Confirm } from '../components/dialog'
import { useLocale } from '../locales/context'
import { useTrash } from '../state/library'
import { useStudio } from '../state/studio'
import { ExportDialog } from './export-dialog'
import { PublishDialog } from './publish-dialog'
import type { GalleryView } from './gallery-results'

type BulkBarProps = {
  view: GalleryView
  ids: string[]
  total: number
  onStar: () => void
  onCompare: () => void
  onClear: () => void
}

/** What can be done with everything that is selected. */
export function BulkBar({ view, ids, total, onStar, onCompare, onClear }: BulkBarProps) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const trash = useTrash()
  const [asking, setAsking] = useState<'erase' | 'empty' | 'export' | 'publish' | null>(null)
  const count = ids.length
  if (count === 0 && !((view === 'trash' || view === 'shared') && total > 0)) {
    return (
      <p className="gallery-count small faint" role="status">
        {total > 0 && t('common.pictures', { count: total })}
      </p>
    )
  }

  const erase = async (what: 'erase' | 'empty') => {
    const before = what === 'erase' ? count : total
    const answer =
      what === 'erase' ? await api.call('images.erase', { ids }) : await api.call('images.emptyTrash', null)
    if (!answer.ok) return toasts.fail(answer.failure)
    onClear()
    toasts.show(t('gallery.erased', { count: before }))
  }
  const restore = async () => {
    const answer = await api.call('images.restore', { ids })
    if (!answer.ok) return toasts.fail(answer.failure)
    onClear()
    toasts.show(t('gallery.restored', { count }))
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
