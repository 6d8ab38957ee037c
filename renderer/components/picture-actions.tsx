import {
  Archive,
  Brush,
  Download,
  Eye,
  EyeOff,
  ImagePlus,
  Maximize2,
  Recycle,
  Star,
  Trash2,
  ZoomIn,
} from 'lucide-react'
import { useState } from 'react'
import type { Image } from '../../contract/image'
import { withSeedOf } from '../create/create-draft'
import { ExportDialog } from '../gallery/export-dialog'
import { useLocale } from '../locales/context'
import { goTo } from '../shell/go-to'
import { useCovering } from '../state/covers'
import { useTrash } from '../state/library'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { submitJob } from '../state/submit-job'
import { Button, IconButton } from './button'
import { VaryMenu } from './vary-menu'

type PictureActionsProps = {
  image: Image
  onView?: () => void
  /** a picture goes into the trash: the screen may want to show another one first */
  onTrash?: () => void
  /** beside the picture: its two main ways on stand above the rest, with their names */
  panel?: boolean
}

/** Everything that can be done with one picture, from wherever it is seen. */
export function PictureActions({ image, onView, onTrash, panel = false }: PictureActionsProps) {
  const { api, create, incognito, models, screen, startEditing, toasts } = useStudio()
  const secret = useStore(incognito)
  const here = useStore(screen)
  const { t } = useLocale()
  const trash = useTrash()
  const { hidden, show, cover } = useCovering(image)
  const [exporting, setExporting] = useState(false)
  const enlarges = useSelected(models, (list) =>
    (list ?? []).some((model) => model.state === 'ready' && model.passport.capabilities.includes('upscale')),
  )

  const enlarge = async () => {
    const answer = await submitJob({ api, incognito }, { kind: 'upscale', image: image.id, scale: 2 })
    if (answer.ok) toasts.show((now) => now.t('create.queued'))
    else toasts.fail(answer.failure)
  }
  const startFrom = () => {
    create.change((draft) => ({ ...draft, image: { id: image.id, strength: draft.image?.strength ?? 0.6 } }))
    goTo('create')
  }
  const keep = async () => {
    const answer = await api.call('incognito.keep', { image: image.id })
    if (answer.ok) toasts.show((now) => now.t('incognito.kept'))
    else toasts.fail(answer.failure)
  }
  const useSeed = () => {
    create.change((draft) => withSeedOf(draft, image))
    toasts.show((now) => now.t('create.recalled'))
  }

  const sendToEdit = () => {
    startEditing(image.id)
    goTo('edit')
  }

  return (
    <div className="picture-actions" role="group" aria-label={t('create.actions')}>
      {panel && (
        <span className="picture-actions-main">
          <Button icon={Brush} label={t('create.sendToEdit')} onClick={sendToEdit} />
          <Button icon={Download} label={t('create.export')} onClick={() => setExporting(true)} />
        </span>
      )}
      <IconButton
        icon={Star}
        filled={image.starred}
        pressed={image.starred}
        label={t(image.starred ? 'create.unstar' : 'create.star')}
        onClick={() =>
          void api.call('images.change', { ids: [image.id], change: { starred: !image.starred } })
        }
      />
      <span className="divider" />
      {!panel && here !== 'edit' && (
        <IconButton icon={Brush} labelled label={t('create.sendToEdit')} onClick={sendToEdit} />
      )}
      <VaryMenu image={image} />
      <IconButton icon={ImagePlus} labelled label={t('create.useAsInput')} onClick={startFrom} />
      {enlarges && (
        <IconButton icon={Maximize2} labelled label={t('gallery.enlarge')} onClick={() => void enlarge()} />
      )}
      <span className="divider" />
      {image.seed !== undefined && (
        <IconButton icon={Recycle} label={t('create.useSeed')} onClick={useSeed} />
      )}
      <IconButton
        icon={hidden ? Eye : EyeOff}
        label={t(hidden ? 'cover.show' : 'cover.cover')}
        onClick={hidden ? show : cover}
      />
      {onView && <IconButton icon={ZoomIn} label={t('create.openViewer')} onClick={onView} />}
      {!panel && <IconButton icon={Download} label={t('create.export')} onClick={() => setExporting(true)} />}
      {secret && <IconButton icon={Archive} label={t('incognito.keep')} onClick={() => void keep()} />}
      <IconButton
        icon={Trash2}
        label={t('create.trash')}
        onClick={() => {
          onTrash?.()
          void trash([image.id])
        }}
      />
      {exporting && <ExportDialog images={[image.id]} onClose={() => setExporting(false)} />}
    </div>
  )
}
