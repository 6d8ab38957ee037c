import './export.css'
import { Download, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { type ExportRequest, type ExportRequestInput, mostDragged } from '../../contract/export'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { Switch } from '../components/fields'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { DragOut } from './drag-out'
import { Inside, useExportPreview } from './export-inside'
import {
  type ChosenForm,
  FormatFields,
  formRequest,
  MetadataChoice,
  RightsFields,
  SizeField,
} from './picture-form'

type ExportDialogProps = { images: 'all' | readonly string[]; onClose: () => void }
/** What the person chose; it becomes the request as it is. */
type Form = ChosenForm & Pick<ExportRequest, 'pattern' | 'list'>

const parts = ['[date]', '[time]', '[seed]', '[model]', '[id]', '[width]', '[height]', '[number]']

/** The preflight: what leaves the vault, in which form, and exactly what each file will say. */
export function ExportDialog({ images, onClose }: ExportDialogProps) {
  const { api, info, settings, toasts } = useStudio()
  const { t, list } = useLocale()
  const embed = useSelected(settings, (value) => value.embedSettings)
  const dialogs = useSelected(info, (value) => value?.capabilities.dialogs ?? false)
  const canDrag = useSelected(info, (value) => value?.capabilities.dragOut ?? false)
  const [form, setForm] = useState<Form>({
    format: 'png',
    quality: 92,
    longestSide: 0,
    metadata: embed ? 'reproducible' : 'clean',
    author: '',
    licence: '',
    pattern: '[date]-[seed]-[id]',
    list: images === 'all',
  })
  const [zip, setZip] = useState(false)
  const [working, setWorking] = useState(false)
  const newest = useAnswer('images.query', images === 'all' ? { limit: 1 } : undefined)
  const first = images === 'all' ? newest.value?.tiles[0]?.id : images[0]
  const count = images === 'all' ? (newest.value?.total ?? 0) : images.length
  const { pattern, list: withList, ...chosen } = form
  const request: ExportRequestInput = {
    ...formRequest(chosen),
    images: images === 'all' ? 'all' : [...images],
    pattern: pattern.trim() === '' ? '[id]' : pattern,
    list: withList,
  }
  const preview = useExportPreview(request)
  const change = (part: Partial<Form>) => setForm((now) => ({ ...now, ...part }))

  const download = async () => {
    const ticket = await api.call('export.ticket', request)
    if (!ticket.ok) return toasts.fail(ticket.failure)
    const link = document.createElement('a')
    link.href = ticket.value.url
    link.download = ticket.value.name
    link.click()
    toasts.show((now) => now.t('export.started', { name: ticket.value.name }))
    return onClose()
  }
  const toFolder = async () => {
    const folder = await api.call('host.chooseFolder', null)
    if (!folder.ok) return toasts.fail(folder.failure)
    if (folder.value.path === null) return undefined
    const answer = await api.call('export.start', {
      folder: folder.value.path,
      as: zip ? 'zip' : 'files',
      request,
    })
    return answer.ok ? onClose() : toasts.fail(answer.failure)
  }
  const run = async () => {
    setWorking(true)
    await (dialogs ? toFolder() : download())
    setWorking(false)
  }
  const action = dialogs
    ? 'export.toFolder'
    : count > 1 || form.list
      ? 'export.downloadZip'
      : 'export.download'

  return (
    <Dialog
      title={images === 'all' ? t('export.titleAll') : t('export.title', { count })}
      wide
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            icon={dialogs ? FolderOpen : Download}
            label={t(working ? 'export.working' : action)}
            disabled={working || count === 0}
            onClick={() => void run()}
          />
        </>
      }
    >
      <div className="export">
        <div className="stack wide">
          <FormatFields form={form} onChange={change} />
          <MetadataChoice form={form} onChange={change} />
          <TextField
            label={t('export.pattern')}
            hint={t('export.patternHint', { parts: list(parts) })}
            mono
            maxLength={200}
            spellCheck={false}
            value={form.pattern}
            onChange={(text) => change({ pattern: text })}
          />
          <SizeField form={form} onChange={change} />
          <Switch label={t('export.list')} checked={form.list} onChange={(on) => change({ list: on })} />
          {dialogs && count > 1 && <Switch label={t('export.asZip')} checked={zip} onChange={setZip} />}
          <RightsFields form={form} onChange={change} />
          {canDrag && images !== 'all' && images.length <= mostDragged && (
            <DragOut key={JSON.stringify(request)} request={{ ...request, images: [...images] }} />
          )}
        </div>
        <Inside preview={preview} picture={first} />
      </div>
    </Dialog>
  )
}
