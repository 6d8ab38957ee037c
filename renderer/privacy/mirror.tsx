import { Check } from 'lucide-react'
import type { LedgerCategory, LedgerRow } from '../../contract/privacy'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import type { Answer } from '../state/answer'
import type { Screen } from '../state/studio'

/** Where a category can be looked at, one by one. */
const places: Partial<Record<LedgerCategory, Screen>> = {
  prompts: 'gallery',
  'pictures-made': 'gallery',
  'pictures-brought-in': 'gallery',
  settings: 'settings',
  drafts: 'create',
  history: 'gallery',
  'timings-and-errors': 'insights',
  'models-used': 'models',
}

/** A row for every category that online studios say they collect, with what is held here. */
export function Mirror({ ledger }: { ledger: Answer<LedgerRow[]> }) {
  const { t } = useLocale()
  return (
    <section className="stack" aria-label={t('privacy.mirror')}>
      <h2>{t('privacy.mirror')}</h2>
      {ledger.state === 'failed' && <FailureNotice failure={ledger.failure} />}
      {ledger.state === 'loading' && !ledger.value && <p className="faint">{t('common.loading')}</p>}
      {ledger.value && (
        <div className="panel mirror-panel">
          <table className="mirror">
            <thead>
              <tr>
                <th scope="col">{t('privacy.column.what')}</th>
                <th scope="col">{t('privacy.column.held')}</th>
                <th scope="col">{t('privacy.column.until')}</th>
                <th scope="col">
                  <span className="hidden-text">{t('privacy.column.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {ledger.value.map((row) => (
                <MirrorRow key={row.category} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function MirrorRow({ row }: { row: LedgerRow }) {
  const { t, bytes } = useLocale()
  const category = t(`privacy.category.${row.category}`)
  const place = places[row.category]
  return (
    <tr>
      <th scope="row">{category}</th>
      <td>
        {row.held ? (
          <>
            <span>
              {row.count === 0
                ? t('privacy.none')
                : `${t('privacy.items', { count: row.count })} · ${bytes(row.bytes)}`}
            </span>
            {row.count > 0 && row.place !== '' && (
              <span className="mirror-place mono faint">{row.place}</span>
            )}
          </>
        ) : (
          <span className="mirror-nothing">
            <Check size={15} aria-hidden="true" />
            {t('privacy.nothing')}
          </span>
        )}
      </td>
      <td className="soft">{row.held ? t(`privacy.until.${row.keptUntil}`) : t('privacy.until.never')}</td>
      <td>
        {row.held && place && (
          <a className="mirror-view" href={`#/${place}`} aria-label={t('privacy.viewCategory', { category })}>
            {t('privacy.view')}
          </a>
        )}
      </td>
    </tr>
  )
}
