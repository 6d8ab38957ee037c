import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { FolderField } from '../components/folder-field'
import { PlaceField } from '../components/place-field'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { PassphraseField } from './passphrase-field'
import { fileIn, isFileName, localDate } from '../components/file-place'

type BackupDialogProps = { act: 'start' | 'restore'; start?: string; onClose: () => void }

export function BackupDialog({ act, start = '', onClose }: BackupDialogProps) {
  const { api } = useStudio()
  const { t } = useLocale()
  const [file, setFile] = useState(start)
  const [folder, setFolder] = useState('')
  const [name, setName] = useState(() => `sanggar-${localDate(new Date())}.sanggarbackup`)
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [working, setWorking] = useState(false)
  const differs = act === 'start' && again !== '' && again !== passphrase
  const named = act === 'restore' || (isFileName(name) && again === passphrase)
  const complete = (act === 'restore' ? file : folder).trim() !== '' && passphrase !== '' && named

  const run = async () => {
    if (!complete || working) return
    setWorking(true)
    setFailure(null)
    const place = act === 'restore' ? file.trim() : fileIn(folder.trim(), name.trim())
    const request = { file: place, passphrase }
    const answer = await api.call(act === 'start' ? 'backup.start' : 'backup.restore', request)
    setWorking(false)
    if (answer.ok) onClose()
    else setFailure(answer.failure)
  }
  return (
    <Dialog
      title={t(`backup.${act}`)}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            label={t(working ? 'backup.opening' : `backup.${act}`)}
            disabled={!complete || working}
            onClick={() => void run()}
          />
        </>
      }
    >
      <p className="soft">{t(act === 'start' ? 'vault.warning' : 'backup.restoreText')}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        {act === 'restore' ? (
          <PlaceField label={t('backup.file')} files="backups" value={file} onChange={setFile} />
        ) : (
          <>
            <FolderField value={folder} onChange={setFolder} />
            <TextField
              label={t('backup.name')}
              hint={t('backup.nameHint')}
              mono
              maxLength={200}
              spellCheck={false}
              autoComplete="off"
              value={name}
              onChange={setName}
            />
          </>
        )}
        <PassphraseField label={t('backup.passphrase')} value={passphrase} onChange={setPassphrase} />
        {act === 'start' && (
          <PassphraseField
            label={t('vault.repeat')}
            value={again}
            hint={differs ? t('vault.differs') : undefined}
            onChange={setAgain}
          />
        )}
        <button type="submit" hidden>
          {t(`backup.${act}`)}
        </button>
      </form>
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
