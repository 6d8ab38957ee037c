import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { PassphraseField } from './passphrase-field'

type PassphraseDialogProps = { act: 'set' | 'change' | 'remove'; onClose: () => void }

/** Sets, changes or takes away the passphrase; a new one is typed twice. */
export function PassphraseDialog({ act, onClose }: PassphraseDialogProps) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [working, setWorking] = useState(false)
  const differs = again !== '' && next !== again
  const complete = (act === 'set' || current !== '') && (act === 'remove' || (next !== '' && next === again))

  const save = async () => {
    if (!complete || working) return
    setWorking(true)
    setFailure(null)
    const answer = await api.call('vault.setPassphrase', {
      next: act === 'remove' ? null : next,
      ...(act !== 'set' && { current }),
    })
    setWorking(false)
    if (!answer.ok) return setFailure(answer.failure)
    toasts.show((now) => now.t(act === 'remove' ? 'vault.removed' : 'vault.saved'))
    onClose()
  }

  return (
    <Dialog
      title={t(`vault.${act}`)}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone={act === 'remove' ? 'danger' : 'primary'}
            label={t(working ? 'vault.working' : `vault.${act}`)}
            disabled={!complete || working}
            onClick={() => void save()}
          />
        </>
      }
    >
      <p className="soft">{t(act === 'remove' ? 'vault.removeText' : 'vault.warning')}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {act !== 'set' && (
          <PassphraseField label={t('vault.current')} value={current} onChange={setCurrent} />
        )}
        {act !== 'remove' && (
          <>
            <PassphraseField label={t('vault.new')} value={next} onChange={setNext} />
            <PassphraseField
              label={t('vault.repeat')}
              value={again}
              onChange={setAgain}
              hint={differs ? t('vault.differs') : undefined}
            />
          </>
        )}
        <button type="submit" hidden>
          {t(`vault.${act}`)}
        </button>
      </form>
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
