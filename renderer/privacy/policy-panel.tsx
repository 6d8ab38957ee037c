import { useState } from 'react'
import { Button } from '../components/button'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStudio } from '../state/studio'
import { PolicyDialog } from './policy-dialog'

/** Sanggar's own policy, and what changed in it since it was last read here. */
export function PolicyPanel() {
  const { api } = useStudio()
  const { t, language, day } = useLocale()
  const answer = useAnswer('policy.get', { language })
  const [reading, setReading] = useState(false)
  const policy = answer.value
  const changed = policy !== undefined && policy.seen !== null && policy.seen < policy.version

  const read = () => {
    setReading(true)
    if (policy) void api.call('policy.seen', { version: policy.version })
  }
  const close = () => {
    setReading(false)
    answer.again()
  }
  return (
    <section className="panel row wrap" aria-label={t('policy.title')}>
      <div className="grow">
        <h2>{t('policy.title')}</h2>
        {policy && (
          <p className="soft">
            {t('policy.version', { version: policy.version, date: day(Date.parse(policy.date)) })}
            {changed && <strong> {t('policy.changed')}</strong>}
          </p>
        )}
        {answer.state === 'failed' && <FailureNotice failure={answer.failure} />}
      </div>
      {policy && <Button label={t('policy.read')} onClick={read} />}
      {policy && reading && <PolicyDialog policy={policy} onClose={close} />}
    </section>
  )
}
