import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import { Button } from '../components/button'
import { FailureNotice } from '../components/failure-notice'
import { Mark } from '../components/mark'
import { useLocale } from '../locales/context'
import { PassphraseField } from '../privacy/passphrase-field'
import { useStudio } from '../state/studio'

/** All that there is while the vault is locked. */
export function LockedScreen() {
  const { api } = useStudio()
  const { t } = useLocale()
  const [passphrase, setPassphrase] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [working, setWorking] = useState(false)

  const unlock = async () => {
    if (passphrase === '' || working) return
    setWorking(true)
    const answer = await api.call('vault.unlock', { passphrase })
    setWorking(false)
    // Whoever types the next one already keeps it.
    setPassphrase((now) => (now === passphrase ? '' : now))
    setFailure(answer.ok ? null : answer.failure)
  }
  return (
    <main className="locked">
      <Mark size={56} />
      <h1>{t('vault.locked')}</h1>
      <p className="soft">{t('vault.lockedText')}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void unlock()
        }}
      >
        <PassphraseField label={t('vault.passphrase')} value={passphrase} onChange={setPassphrase} />
        <Button
          type="submit"
          tone="primary"
          label={t(working ? 'vault.unlocking' : 'vault.unlock')}
          disabled={passphrase === '' || working}
        />
      </form>
      {failure && <FailureNotice failure={failure} />}
    </main>
  )
}
