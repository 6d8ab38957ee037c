import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

const shownAttempts = 50

/** How much ever left this computer, and what tried. */
export function SealPanel() {
  const { seal } = useStudio()
  const { t, number, day, date } = useLocale()
  const value = useStore(seal)
  return (
    <section className="panel seal" aria-label={t('privacy.seal')}>
      <p className={`seal-count ${value && value.allowed > 0 ? 'broken' : ''}`}>
        {value ? number(value.allowed) : '–'}
      </p>
      <div className="stack tight">
        <h2>{t('privacy.sealCount', { count: value?.allowed ?? 0 })}</h2>
        {value && (
          <p className="soft">
            {t('privacy.sealSince', { date: day(value.since) })}.{' '}
            {value.blocked === 0
              ? t('privacy.sealNoBlocked')
              : `${t('privacy.sealBlocked', { count: value.blocked })}.`}
          </p>
        )}
        {value && value.attempts.length > 0 && (
          <details>
            <summary>{t('privacy.attempts')}</summary>
            <ul className="mono">
              {value.attempts.slice(0, shownAttempts).map((attempt) => (
                <li key={`${attempt.at}${attempt.address}`} className="break">
                  {date(attempt.at)}{' '}
                  {t('privacy.attemptBy', { address: attempt.address, origin: attempt.origin })}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  )
}
