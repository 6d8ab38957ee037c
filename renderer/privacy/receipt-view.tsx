import type { Receipt } from '../../contract/privacy'
import { useLocale } from '../locales/context'

/** What was deleted, what was looked for again, and what no program can reach. */
export function ReceiptView({ receipt }: { receipt: Receipt }) {
  const { t, date, bytes, number } = useLocale()
  const rows = Object.values(receipt.rows).reduce((sum, count) => sum + count, 0)
  const left = receipt.left.map(({ name, reason }) =>
    reason === 'locked' || reason === 'lock'
      ? `${name}: ${t(`privacy.left.${reason}`)}`
      : `${name}: ${t('privacy.left.other', { reason })}`,
  )
  return (
    <section className="panel receipt" role="status" aria-label={t('privacy.receipt')}>
      <h2>{t('privacy.receipt')}</h2>
      <p>{t('privacy.receiptText', { date: date(receipt.at) })}</p>
      <dl className="facts">
        <div>
          <dt>{t('privacy.receiptBytes')}</dt>
          <dd>
            {t('privacy.receiptRows', { count: rows })}, {t('privacy.receiptFiles', { count: receipt.files })}
            , {bytes(receipt.bytes)}
          </dd>
        </div>
        <div>
          <dt>{t('privacy.receiptKey')}</dt>
          <dd>{t(receipt.keyDestroyed ? 'privacy.receiptKeyYes' : 'privacy.receiptKeyNo')}</dd>
        </div>
        <div>
          <dt>{t('privacy.receiptVerified')}</dt>
          <dd>{number(receipt.verified)}</dd>
        </div>
        <div>
          <dt>{t('privacy.receiptLeft')}</dt>
          <dd className="break">{left.length === 0 ? t('privacy.receiptLeftNone') : left.join('; ')}</dd>
        </div>
      </dl>
      <p className="field-hint">{t('privacy.receiptLimits')}</p>
    </section>
  )
}
