import { useState } from 'react'
import type { Policy } from '../../contract/policy'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { MarkdownText } from '../components/markdown-text'
import { useLocale } from '../locales/context'

/** The whole policy, after what changed in it since it was last seen here. */
export function PolicyDialog({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const { t, day } = useLocale()
  const [shown] = useState(policy)
  return (
    <Dialog
      title={t('policy.title')}
      wide
      onClose={onClose}
      footer={<Button label={t('common.close')} onClick={onClose} />}
    >
      {shown.seen !== null && shown.changes.length > 0 && (
        <section className="policy-changes" aria-label={t('policy.changes')}>
          <h3>{t('policy.changes')}</h3>
          {shown.changes.map((change) => (
            <div key={change.version}>
              <p className="small faint">
                {t('policy.version', { version: change.version, date: day(Date.parse(change.date)) })}
              </p>
              <MarkdownText text={change.text} />
            </div>
          ))}
        </section>
      )}
      <MarkdownText text={shown.text.replace(/^# .*\n/, '')} />
    </Dialog>
  )
}
