import './export.css'
import { Download, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import type { ExportMetadata, ExportRequestInput } from '../../contract/export'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Dialog } from '../components/dialog'
import { Field, Slider, Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useImage } from '../state/library'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { exampleName, patternParts } from './export-preview'
import { Inside } from './export-inside'

type ExportDialogProps = { images: 'all' | readonly string[]; onClose: () => void }
type Format = NonNullable<ExportRequestInput['format']>

const extensions: Record<Format, string> = { png: 'png', jpeg: 'jpg', webp: 'webp' }
const kinds: readonly ExportMetadata[] = ['clean', 'reproducible', 'disclosed']

/** The preflight: what leaves the vault, in which form, and exactly what each file will say. */
export function ExportDialog({ images, onClose }: ExportDialogProps) {
  const { api, info, settings, toasts } = useStudio()
  const { t, list, bytes, number } = useLocale()
  const embed = useSelected(settings, (value) => value.embedSettings)
  const dialogs = useSelected(info, (value) => value?.capabilities.dialogs ?? false)
  const [format, setFormat] = useState<Format>('png')
  const [quality, setQuality] = useState(92)
  const [metadata, setMetadata] = useState<ExportMetadata>(embed ? 'reproducible' : 'clean')
  const [pattern, setPattern] = useState('[date]-[seed]-[id]')
  const [withList, setWithList] = useState(images === 'all')
  const [working, setWorking] = useState(false)
  const newest = useAnswer('images.query', images === 'all' ? { limit: 1 } : undefined)
  const firstId = images === 'all' ? newest.value?.tiles[0]?.id : images[0]
  const count = images === 'all' ? (newest.value?.total ?? 0) : images.length
  const first = useImage(firstId).value
  const request: ExportRequestInput = {
    images: images === 'all' ? 'all' : [...images],
    format,
    quality,
    metadata,
    pattern: pattern.trim() === '' ? '[id]' : pattern,
    list: withList,
  }

  const download = async () => {
    const ticket = await api.call('export.ticket', request)
    if (!ticket.ok) return toasts.fail(ticket.failure)
    const link = document.createElement('a')
    link.href = ticket.value.url
    link.download = ticket.value.name
    link.click()
    toasts.show(t('export.started', { name: ticket.value.name }))
    onClose()
  }
  const toFolder = async () => {
    const chosen = await api.call('host.chooseFolder', null)
    if (!chosen.ok) return toasts.fail(chosen.failure)
    const folder = chosen.value.path
    if (folder === null) return
    const answer = await api.call('export.toFolder', { folder, request })
    if (!answer.ok) return toasts.fail(answer.failure)
    toasts.show(t('export.done', { count: answer.value.written, bytes: bytes(answer.value.bytes) }), {
      label: t('export.reveal'),
      run: () => void api.call('host.reveal', { path: folder }),
    })
    onClose()
  }
  const run = async () => {
    setWorking(true)
    await (dialogs ? toFolder() : download())
    setWorking(false)
  }
  const action = dialogs
    ? 'export.toFolder'
    : count > 1 || withList
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
          <Choice
            legend={t('export.format')}
            look="segments"
            value={format}
            options={[
              { value: 'png', label: 'PNG' },
              { value: 'jpeg', label: 'JPEG' },
              { value: 'webp', label: 'WebP' },
            ]}
            onChoose={setFormat}
          />
          {format !== 'png' && (
            <Slider
              label={t('export.quality')}
              value={quality}
              minimum={40}
              maximum={100}
              shown={number(quality)}
              onChange={setQuality}
            />
          )}
          <Choice
            legend={t('export.metadata')}
            value={metadata}
            options={kinds.map((kind) => ({
              value: kind,
              label: t(`export.metadata.${kind}`),
              hint: t(`export.metadata.${kind}.text`),
            }))}
            onChoose={setMetadata}
          />
          <Field
            label={t('export.pattern')}
            hint={
              first && t('export.patternExample', { name: exampleName(pattern, first, extensions[format]) })
            }
          >
            {({ id, describedBy }) => (
              <>
                <input
                  id={id}
                  className="text-input mono"
                  maxLength={200}
                  spellCheck={false}
                  aria-describedby={describedBy}
                  value={pattern}
                  onChange={(event) => setPattern(event.currentTarget.value)}
                />
                <span className="field-hint">{t('export.patternHint', { parts: list(patternParts) })}</span>
              </>
            )}
          </Field>
          <Switch
            label={t('export.list')}
            {...(withList && metadata !== 'reproducible' && { hint: t('export.listWarning') })}
            checked={withList}
            onChange={setWithList}
          />
        </div>
        {first && <Inside image={first} format={format} metadata={metadata} several={count > 1} />}
      </div>
    </Dialog>
  )
}
