import './export.css'
import { useState } from 'react'
import type { PublishRequest } from '../../contract/export'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Dialog } from '../components/dialog'
import { TextField } from '../components/text-field'
import { FolderField } from '../components/folder-field'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStudio } from '../state/studio'
import { Inside, useExportPreview } from './export-inside'
import {
  type ChosenForm,
  FormatFields,
  formRequest,
  MetadataChoice,
  RightsFields,
  SizeField,
} from './picture-form'

const captionKinds: readonly PublishRequest['captions'][] = ['none', 'titles', 'prompts']
/** The shared pictures as a folder of plain files with a web page; what each file says is shown before. */
export function PublishDialog({ onClose }: { onClose: () => void }) {
  const { api, toasts } = useStudio()
  const { t, language } = useLocale()
  const [folder, setFolder] = useState('')
  const [title, setTitle] = useState('')
  const [captions, setCaptions] = useState<PublishRequest['captions']>('titles')
  const [form, setForm] = useState<ChosenForm>({
    format: 'jpeg',
    quality: 92,
    longestSide: 0,
    metadata: 'disclosed',
    author: '',
    licence: '',
  })
  const change = (part: Partial<ChosenForm>) => setForm((now) => ({ ...now, ...part }))
  const shared = useAnswer('images.query', { shared: true, limit: 1 })
  const first = shared.value?.tiles[0]?.id
  const preview = useExportPreview(
    first === undefined ? undefined : { ...formRequest(form), images: 'shared' },
  )
  const publish = async () => {
    const request = { ...formRequest(form), folder: folder.trim(), title, captions, language }
    const answer = await api.call('gallery.publish', request)
    return answer.ok ? onClose() : toasts.fail(answer.failure)
  }
  return (
    <Dialog
      title={t('publish.title')}
      wide
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            label={t('publish.do')}
            disabled={folder.trim() === ''}
            onClick={() => void publish()}
          />
        </>
      }
    >
      <p className="soft">{t('publish.text')}</p>
      <div className="export">
        <div className="stack wide">
          <FolderField value={folder} onChange={setFolder} />
          <TextField label={t('publish.name')} maxLength={200} value={title} onChange={setTitle} />
          <div className="stack tight">
            <Choice
              legend={t('publish.captions')}
              look="segments"
              value={captions}
              options={captionKinds.map((kind) => ({ value: kind, label: t(`publish.captions.${kind}`) }))}
              onChoose={setCaptions}
            />
            <p className="field-hint">{t(`publish.captionsHint.${captions}`)}</p>
          </div>
          <FormatFields form={form} onChange={change} />
          <MetadataChoice form={form} onChange={change} />
          <SizeField form={form} onChange={change} />
          <RightsFields form={form} onChange={change} />
        </div>
        <Inside preview={preview} picture={first} named={false} />
      </div>
    </Dialog>
  )
}
