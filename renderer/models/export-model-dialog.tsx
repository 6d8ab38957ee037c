import { useState } from 'react'
import type { Model } from '../../contract/model'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { TextField } from '../components/text-field'
import { fileIn, isFileName } from '../components/file-place'
import { FolderField } from '../components/folder-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

/** Whether there is anything to export: an ONNX folder is one already. */
export const exportable = ({ passport, state }: Model): boolean =>
  state === 'ready' && passport.kind === 'pipeline' && passport.layout !== 'onnx-folder'

/** A checkpoint as an ONNX folder for other programs; the work tray shows how far it is. */
export function ExportModelDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [folder, setFolder] = useState('')
  const [name, setName] = useState(`${model.passport.name}-onnx`)
  const start = async () => {
    const target = fileIn(folder.trim(), name.trim())
    const answer = await api.call('models.export', { id: model.id, folder: target })
    return answer.ok ? onClose() : toasts.fail(answer.failure)
  }
  return (
    <Dialog
      title={t('models.exportTitle', { name: model.name })}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            label={t('models.exportDo')}
            disabled={folder.trim() === '' || !isFileName(name)}
            onClick={() => void start()}
          />
        </>
      }
    >
      <p className="soft">{t('models.exportText')}</p>
      <FolderField value={folder} onChange={setFolder} />
      <TextField label={t('models.exportName')} maxLength={200} value={name} onChange={setName} />
    </Dialog>
  )
}
