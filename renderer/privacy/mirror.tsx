import { Check, Download, Eye, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { LedgerCategory, LedgerRow } from '../../contract/privacy'
import { IconButton } from '../components/button'
import { Confirm } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import type { Answer } from '../state/answer'
import { useStudio } from '../state/studio'
import { CategoryDialog } from './category-dialog'
import { FolderDialog } from './folder-dialog'

type Asking = { act: 'view' | 'export' | 'delete'; category: LedgerCategory } | null

/** A row for every category that online studios say they collect, with what is held here and what can be done. */
export function Mirror({ ledger, onChange }: { ledger: Answer<LedgerRow[]>; onChange: () => void }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [asking, setAsking] = useState<Asking>(null)
  const close = () => setAsking(null)
  const destroy = async (category: LedgerCategory) => {
    const answer = await api.call('privacy.deleteCategory', { category })
    if (!answer.ok) return toasts.fail(answer.failure)
    toasts.show(t('privacy.deletedCategory', { category: t(`privacy.category.${category}`) }))
    return onChange()
  }
  const exportTo = async (folder: string, category: LedgerCategory) => {
    const answer = await api.call('privacy.exportData', { folder, categories: [category] })
    if (!answer.ok) toasts.fail(answer.failure)
  }

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
                <MirrorRow key={row.category} row={row} onAsk={setAsking} />
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
          onChoose={(folder) => void exportTo(folder, asking.category)}
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

function MirrorRow({ row, onAsk }: { row: LedgerRow; onAsk: (asking: Asking) => void }) {
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
