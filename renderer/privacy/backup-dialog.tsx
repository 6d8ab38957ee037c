import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { PassphraseField } from './passphrase-field'

type BackupDialogProps = { act: 'start' | 'restore'; start?: string; onClose: () => void }

export function BackupDialog({ act, start = '', onClose }: BackupDialogProps) {
  const { api } = useStudio()
  const { t } = useLocale()
  const [file, setFile] = useState(start)
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [working, setWorking] = useState(false)
  const differs = act === 'start' && again !== '' && again !== passphrase
  const complete = file.trim() !== '' && passphrase !== '' && (act === 'restore' || again === passphrase)

  const run = async () => {
    if (!complete || working) return
    setWorking(true)
    setFailure(null)
    const request = { file: file.trim(), passphrase }
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
        <TextField
          label={t('backup.file')}
          hint={t('backup.fileHint')}
          mono
          spellCheck={false}
          autoComplete="off"
          value={file}
          onChange={setFile}
        />
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
