import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { MarkdownText } from '../components/markdown-text'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStudio } from '../state/studio'
import { PolicyDialog } from './policy-dialog'

/** The policy at the first start, and afterwards what changed in it; a line that waits and stands in nobody's way. */
export function PolicyNotice() {
  const { api } = useStudio()
  const { t, language, day } = useLocale()
  const answer = useAnswer('policy.get', { language })
  const [reading, setReading] = useState(false)
  const [done, setDone] = useState(false)
  const policy = answer.value
  if (policy === undefined || done || (policy.seen !== null && policy.seen >= policy.version)) return null

  const understood = () => {
    setDone(true)
    void api.call('policy.seen', { version: policy.version })
  }
  return (
    <section className="policy-notice" aria-label={t('policy.notice')}>
      <ShieldCheck size={18} aria-hidden="true" />
      <div className="grow">
        {policy.seen === null ? (
          <p>
            {t('policy.first')}{' '}
            <span className="faint">
              {t('policy.version', { version: policy.version, date: day(Date.parse(policy.date)) })}
            </span>
          </p>
        ) : (
          <>
            <p>{t('policy.changed')}</p>
            {policy.changes.map((change) => (
              <MarkdownText key={change.version} text={change.text} />
            ))}
          </>
        )}
      </div>
      <Button label={t('policy.read')} onClick={() => setReading(true)} />
      <Button tone="quiet" label={t('policy.understood')} onClick={understood} />
      {reading && (
        <PolicyDialog
          policy={policy}
          onClose={() => {
            setReading(false)
            understood()
          }}
        />
      )}
    </section>
  )
}
