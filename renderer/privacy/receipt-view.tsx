import { Save } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { LedgerCategory, Receipt } from '../../contract/privacy'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'

const reasons = ['could-not-be-removed', 'not-ours', 'damaged'] as const

type ReceiptViewProps = { receipt: Receipt; category?: LedgerCategory }

/** What was deleted (all, or one category), what was looked for again, and what no program can reach. */
export function ReceiptView({ receipt, category }: ReceiptViewProps) {
  const { t, date, bytes, number } = useLocale()
  const section = useRef<HTMLElement>(null)
  // Whoever deleted stands at the end of a long page.
  useEffect(() => {
    section.current?.focus({ preventScroll: true })
    section.current?.scrollIntoView({ block: 'center' })
  }, [])
  const rows = Object.values(receipt.rows).reduce((sum, count) => sum + count, 0)
  const left = receipt.left.map(({ name, reason }) => {
    const known = reasons.find((one) => one === reason)
    return `${name}: ${known ? t(`privacy.left.${known}`) : t('privacy.left.other', { reason })}`
  })
  return (
    <section
      ref={section}
      tabIndex={-1}
      className="panel receipt"
      role="status"
      aria-label={t('privacy.receipt')}
    >
      <h2>{t('privacy.receipt')}</h2>
      <p>
        {category === undefined
          ? t('privacy.receiptText', { date: date(receipt.at) })
          : t('privacy.receiptCategory', {
              category: t(`privacy.category.${category}`),
              date: date(receipt.at),
            })}
      </p>
      <dl className="facts">
        <div>
          <dt>{t('privacy.receiptBytes')}</dt>
          <dd>
            {t('privacy.receiptRows', { count: rows })}, {t('privacy.receiptFiles', { count: receipt.files })}
            , {bytes(receipt.bytes)}
          </dd>
        </div>
        {category === undefined && (
          <div>
            <dt>{t('privacy.receiptKey')}</dt>
            <dd>{t(receipt.keyDestroyed ? 'privacy.receiptKeyYes' : 'privacy.receiptKeyNo')}</dd>
          </div>
        )}
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
      <div>
        <Button icon={Save} label={t('privacy.receiptSave')} onClick={() => saveReceipt(receipt)} />
      </div>
    </section>
  )
}

/** As the core gave it, as a file of one's own; nothing is asked of the host for that. */
function saveReceipt(receipt: Receipt) {
  const text = JSON.stringify({ ...receipt, at: new Date(receipt.at).toISOString() }, null, 2)
  const address = URL.createObjectURL(new Blob([text, '\n'], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `sanggar-receipt-${new Date(receipt.at).toISOString().slice(0, 19).replaceAll(':', '-')}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
