import { Check, Download, Eye, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { LedgerCategory, LedgerRow, Receipt } from '../../contract/privacy'
import { IconButton } from '../components/button'
import { Confirm } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import type { Answer } from '../state/answer'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { CategoryDialog } from './category-dialog'
import { FolderDialog } from './folder-dialog'
import { ReceiptView } from './receipt-view'

type Asking = { act: 'view' | 'export' | 'delete'; category: LedgerCategory } | null

/** A row for every category that online studios say they collect, with what is held here and what can be done. */
export function Mirror({ ledger, onChange }: { ledger: Answer<LedgerRow[]>; onChange: () => void }) {
  const { api, info, toasts } = useStudio()
  const { t } = useLocale()
  const folder = useSelected(info, (about) => about?.dataDirectory ?? '')
  const [asking, setAsking] = useState<Asking>(null)
  const [deleted, setDeleted] = useState<{ category: LedgerCategory; receipt: Receipt } | null>(null)
  const close = () => setAsking(null)
  const destroy = async (category: LedgerCategory) => {
    const answer = await api.call('privacy.deleteCategory', { category })
    if (!answer.ok) return toasts.fail(answer.failure)
    setDeleted({ category, receipt: answer.value })
    return onChange()
  }
  const exportTo = async (target: string, category: LedgerCategory) => {
    const answer = await api.call('privacy.exportData', { folder: target, categories: [category] })
    if (!answer.ok) toasts.fail(answer.failure)
  }

  return (
    <section className="stack" aria-label={t('privacy.mirror')}>
      <div>
        <h2>{t('privacy.mirror')}</h2>
        <p className="soft break">{t('privacy.mirrorPlace', { folder })}</p>
      </div>
      {deleted && <ReceiptView key={deleted.receipt.at} {...deleted} />}
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
                <MirrorRow key={row.category} row={row} folder={folder} onAsk={setAsking} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asking?.act === 'view' && <CategoryDialog category={asking.category} onClose={close} />}
      {asking?.act === 'export' && (
        <FolderDialog
          title={t('privacy.exportCategory', { category: t(`privacy.category.${asking.category}`) })}
          action={t('privacy.export')}
          onChoose={(to) => void exportTo(to, asking.category)}
          onClose={close}
        />
      )}
      {asking?.act === 'delete' && (
        <Confirm
          title={t('privacy.deleteCategoryTitle', { category: t(`privacy.category.${asking.category}`) })}
          text={t('privacy.deleteCategoryText')}
          action={t('privacy.delete')}
          onConfirm={() => void destroy(asking.category)}
          onClose={close}
        />
      )}
    </section>
  )
}

type MirrorRowProps = { row: LedgerRow; folder: string; onAsk: (asking: Asking) => void }

function MirrorRow({ row, folder, onAsk }: MirrorRowProps) {
  const { t, bytes } = useLocale()
  const { category } = row
  const name = t(`privacy.category.${category}`)
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {row.held ? (
          <>
            <span>
              {row.count === 0
                ? t('privacy.none')
                : `${t('privacy.items', { count: row.count })} · ${bytes(row.bytes)}`}
            </span>
            {row.count > 0 && row.place !== '' && (
              <span className="mirror-place mono small faint">{within(row.place, folder)}</span>
            )}
          </>
        ) : (
          <span className="mirror-nothing">
            <Check size={15} aria-hidden="true" />
            {t('privacy.nothing')}
          </span>
        )}
      </td>
      <td className="soft">
        {t(`privacy.until.${row.held ? row.keptUntil : 'never'}`)}
        <span className="mirror-why small faint">{t(`privacy.why.${category}`)}</span>
      </td>
      <td className="mirror-acts">
        {row.held && row.count > 0 && (
          <>
            <IconButton
              icon={Eye}
              size={16}
              label={t('privacy.viewCategory', { category: name })}
              onClick={() => onAsk({ act: 'view', category })}
            />
            <IconButton
              icon={Download}
              size={16}
              label={t('privacy.exportCategory', { category: name })}
              onClick={() => onAsk({ act: 'export', category })}
            />
            <IconButton
              icon={Trash2}
              size={16}
              label={t('privacy.deleteCategory', { category: name })}
              onClick={() => onAsk({ act: 'delete', category })}
            />
          </>
        )}
      </td>
    </tr>
  )
}

/** A place in the data directory as it is called there. */
function within(place: string, folder: string): string {
  return place.startsWith(folder) ? place.slice(folder.length).replace(/^[\\/]/, '') : place
}
