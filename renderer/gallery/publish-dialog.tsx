import { useState } from 'react'
import type { PublishRequest } from '../../contract/export'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Dialog } from '../components/dialog'
import { Field } from '../components/fields'
import { FolderField } from '../components/folder-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

const captionKinds: readonly PublishRequest['captions'][] = ['none', 'titles', 'prompts']

/** The shared pictures as a folder of plain files with a web page. */
export function PublishDialog({ onClose }: { onClose: () => void }) {
  const { api, toasts } = useStudio()
  const { t, language } = useLocale()
  const [folder, setFolder] = useState('')
  const [title, setTitle] = useState('')
  const [captions, setCaptions] = useState<PublishRequest['captions']>('titles')
  const publish = async () => {
    const answer = await api.call('gallery.publish', { folder: folder.trim(), title, captions, language })
    return answer.ok ? onClose() : toasts.fail(answer.failure)
  }
  return (
    <Dialog
      title={t('publish.title')}
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
      <FolderField value={folder} onChange={setFolder} />
      <Field label={t('publish.name')}>
        {({ id }) => (
          <input
            id={id}
            className="text-input"
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
        )}
      </Field>
      <Choice
        legend={t('publish.captions')}
        look="segments"
        value={captions}
        options={captionKinds.map((kind) => ({ value: kind, label: t(`publish.captions.${kind}`) }))}
        onChoose={setCaptions}
      />
      {captions === 'prompts' && <p className="field-hint">{t('publish.promptsHint')}</p>}
    </Dialog>
  )
}
