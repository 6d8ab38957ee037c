import { FolderOpen, Images, SearchX, Share2, Star, Trash2 } from 'lucide-react'
import { Button } from '../components/button'
import { Empty } from '../components/empty'
import { useLocale } from '../locales/context'
import { goTo } from '../shell/go-to'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import type { GalleryView } from './collections-panel'

export function EmptyGallery({ view, searched }: { view: GalleryView; searched: boolean }) {
  const { settings } = useStudio()
  const { t } = useLocale()
  const days = useSelected(settings, (value) => value.trashDays)
  if (searched)
    return <Empty icon={SearchX} title={t('gallery.noneFound')} text={t('gallery.noneFoundText')} />
  if (view === 'trash') {
    return (
      <Empty
        icon={Trash2}
        title={t('gallery.trashEmpty')}
        text={t('gallery.trashEmptyText', { count: days })}
      />
    )
  }
  if (view === 'shared') {
    return <Empty icon={Share2} title={t('gallery.sharedEmpty')} text={t('gallery.sharedEmptyText')} />
  }
  if (view === 'collection') {
    return <Empty icon={FolderOpen} title={t('gallery.albumEmpty')} text={t('gallery.albumEmptyText')} />
  }
  if (view === 'starred') {
    return <Empty icon={Star} title={t('gallery.starredEmpty')} text={t('gallery.starredEmptyText')} />
  }
  return (
    <Empty icon={Images} title={t('gallery.empty')} text={t('gallery.emptyText')}>
      <Button tone="primary" label={t('gallery.emptyAction')} onClick={() => goTo('create')} />
    </Empty>
  )
}
