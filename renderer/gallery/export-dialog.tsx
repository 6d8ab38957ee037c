import './export.css'
import { Download, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import type { ExportMetadata, ExportRequest, ExportRequestInput } from '../../contract/export'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Dialog } from '../components/dialog'
import { Field, Slider, Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { Inside, useExportPreview } from './export-inside'

type ExportDialogProps = { images: 'all' | readonly string[]; onClose: () => void }
type Format = ExportRequest['format']
/** What the person chose; it becomes the request as it is. */
type Form = Omit<ExportRequest, 'images' | 'longestSide'> & { longestSide: number }

const kinds: readonly ExportMetadata[] = ['clean', 'reproducible', 'disclosed']
const formats: readonly { value: Format; label: string }[] = [
  { value: 'png', label: 'PNG' },
  { value: 'jpeg', label: 'JPEG' },
  { value: 'webp', label: 'WebP' },
  { value: 'avif', label: 'AVIF' },
]
/** 0: as it is */
const sides = [0, 512, 1024, 2048, 4096] as const
const parts = ['[date]', '[time]', '[seed]', '[model]', '[id]', '[width]', '[height]', '[number]']

/** The preflight: what leaves the vault, in which form, and exactly what each file will say. */
export function ExportDialog({ images, onClose }: ExportDialogProps) {
  const { api, info, settings, toasts } = useStudio()
  const { t, list, number } = useLocale()
  const embed = useSelected(settings, (value) => value.embedSettings)
  const dialogs = useSelected(info, (value) => value?.capabilities.dialogs ?? false)
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
  const { longestSide, ...chosen } = form
  const request: ExportRequestInput = {
    ...chosen,
    images: images === 'all' ? 'all' : [...images],
    pattern: form.pattern.trim() === '' ? '[id]' : form.pattern,
    ...(longestSide > 0 && { longestSide }),
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
    toasts.show(t('export.started', { name: ticket.value.name }))
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
          <Choice
            legend={t('export.format')}
            look="segments"
            value={form.format}
            options={formats}
            onChoose={(format) => change({ format })}
          />
          {form.format !== 'png' && (
            <Slider
              label={t('export.quality')}
              value={form.quality}
              minimum={40}
              maximum={100}
              shown={number(form.quality)}
              onChange={(quality) => change({ quality })}
            />
          )}
          <Choice
            legend={t('export.metadata')}
            value={form.metadata}
            options={kinds.map((kind) => ({
              value: kind,
              label: t(`export.metadata.${kind}`),
              hint: t(`export.metadata.${kind}.text`),
            }))}
            onChoose={(metadata) => change({ metadata })}
          />
          <Field label={t('export.pattern')} hint={t('export.patternHint', { parts: list(parts) })}>
            {({ id, describedBy }) => (
              <input
                id={id}
                className="text-input mono"
                maxLength={200}
                spellCheck={false}
                aria-describedby={describedBy}
                value={form.pattern}
                onChange={(event) => change({ pattern: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={t('export.longestSide')}>
            {({ id }) => (
              <select
                id={id}
                className="text-input"
                value={longestSide}
                onChange={(event) => change({ longestSide: Number(event.currentTarget.value) })}
              >
                {sides.map((side) => (
                  <option key={side} value={side}>
                    {side === 0 ? t('export.sideOriginal') : t('export.sidePixels', { value: side })}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Switch label={t('export.list')} checked={form.list} onChange={(on) => change({ list: on })} />
          {dialogs && count > 1 && <Switch label={t('export.asZip')} checked={zip} onChange={setZip} />}
          <details className="export-rights">
            <summary>{t('export.more')}</summary>
            <div className="stack">
              {(['author', 'licence'] as const).map((name) => (
                <Field key={name} label={t(`export.${name}`)} hint={t('export.optional')}>
                  {({ id, describedBy }) => (
                    <input
                      id={id}
                      className="text-input"
                      maxLength={500}
                      aria-describedby={describedBy}
                      value={form[name]}
                      onChange={(event) => change({ [name]: event.currentTarget.value })}
                    />
                  )}
                </Field>
              ))}
            </div>
          </details>
        </div>
        <Inside preview={preview} picture={first} />
      </div>
    </Dialog>
  )
}
