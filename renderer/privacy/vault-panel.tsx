import { KeyRound, Lock } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Field } from '../components/fields'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { PassphraseDialog } from './passphrase-dialog'

const minutes = [0, 1, 5, 15, 30, 60] as const

/** How the key is kept, and what a passphrase adds to that. */
export function VaultPanel() {
  const { api, info, settings, toasts, changeSettings } = useStudio()
  const { t } = useLocale()
  const keptIn = useSelected(info, (value) => value?.vault.keptIn ?? null)
  const lockAfter = useSelected(settings, (value) => value.lockAfterMinutes)
  const whenLocked = useSelected(settings, (value) => value.whenLocked)
  const [asking, setAsking] = useState<'set' | 'change' | 'remove' | null>(null)
  const guarded = keptIn === 'passphrase'

  const lock = async () => {
    const answer = await api.call('vault.lock', null)
    if (!answer.ok) toasts.fail(answer.failure)
  }
  return (
    <section className="panel stack" aria-label={t('privacy.vault')}>
      <h2>{t('privacy.vault')}</h2>
      {keptIn && <p className="soft">{t(`privacy.vault.${keptIn}`)}</p>}
      {guarded && (
        <Field label={t('vault.lockAfter')}>
          {({ id }) => (
            <select
              id={id}
              className="text-input"
              value={lockAfter}
              onChange={(event) =>
                void changeSettings({ lockAfterMinutes: Number(event.currentTarget.value) })
              }
            >
              {minutes.map((count) => (
                <option key={count} value={count}>
                  {count === 0 ? t('vault.never') : t('vault.minutes', { count })}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {guarded && (
        <Choice
          legend={t('vault.whenLocked')}
          value={whenLocked}
          options={(['pause', 'finish'] as const).map((value) => ({
            value,
            label: t(`vault.whenLocked.${value}`),
          }))}
          onChoose={(value) => void changeSettings({ whenLocked: value })}
        />
      )}
      <div className="row wrap">
        {guarded ? (
          <>
            <Button icon={Lock} label={t('vault.lock')} onClick={() => void lock()} />
            <Button label={t('vault.change')} onClick={() => setAsking('change')} />
            <Button label={t('vault.remove')} onClick={() => setAsking('remove')} />
          </>
        ) : (
          <Button icon={KeyRound} label={t('vault.set')} onClick={() => setAsking('set')} />
        )}
      </div>
      {asking && <PassphraseDialog act={asking} onClose={() => setAsking(null)} />}
    </section>
  )
}
