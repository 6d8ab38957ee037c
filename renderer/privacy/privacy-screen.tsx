import './privacy.css'
import { Download, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Receipt } from '../../contract/privacy'
import { Button } from '../components/button'
import { ScreenFrame } from '../components/screen-frame'
import { ExportDialog } from '../gallery/export-dialog'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { BackupPanel } from './backup-panel'
import { DeleteAllDialog } from './delete-all-dialog'
import { Mirror } from './mirror'
import { FolderDialog } from './folder-dialog'
import { HabitsPanel } from './habits-panel'
import { PolicyPanel } from './policy-panel'
import { ReceiptView } from './receipt-view'
import { RedactPanel } from './redact-panel'
import { RetentionPanel } from './retention-panel'
import { SafetyPanel } from './safety-panel'
import { SealPanel } from './seal-panel'
import { useNews } from './use-news'
import { VaultPanel } from './vault-panel'

export function PrivacyScreen() {
  const { api, library, toasts } = useStudio()
  const { t } = useLocale()
  const ledger = useAnswer('privacy.ledger', null, useStore(library))
  useNews(ledger.again)
  const [asking, setAsking] = useState<'export' | 'data' | 'delete' | null>(null)
  const [receipt, setReceipt] = useState<Receipt | null>(null)

  const exportData = async (folder: string) => {
    const answer = await api.call('privacy.exportData', { folder })
    if (!answer.ok) toasts.fail(answer.failure)
  }

  return (
    <ScreenFrame title={t('privacy.title')} intro={t('privacy.intro')}>
      {receipt && <ReceiptView receipt={receipt} />}
      <div className="privacy-top">
        <SealPanel />
        <VaultPanel />
      </div>
      <Mirror ledger={ledger} onChange={ledger.again} />
      <div className="privacy-data">
        <RedactPanel />
        <RetentionPanel />
        <SafetyPanel />
        <HabitsPanel />
      </div>
      <BackupPanel />
      <PolicyPanel />
      <section className="stack" aria-label={t('privacy.data')}>
        <h2>{t('privacy.data')}</h2>
        <div className="privacy-data">
          <div className="panel row wrap">
            <div className="grow">
              <h3>{t('privacy.exportAll')}</h3>
              <p className="soft">{t('privacy.exportAllText')}</p>
            </div>
            <Button icon={Download} label={t('privacy.exportAll')} onClick={() => setAsking('export')} />
          </div>
          <div className="panel row wrap">
            <div className="grow">
              <h3>{t('privacy.exportData')}</h3>
              <p className="soft">{t('privacy.exportDataText')}</p>
            </div>
            <Button icon={Download} label={t('privacy.exportData')} onClick={() => setAsking('data')} />
          </div>
          <div className="panel row wrap">
            <div className="grow">
              <h3>{t('privacy.deleteAll')}</h3>
              <p className="soft">{t('privacy.deleteAllText')}</p>
            </div>
            <Button
              tone="danger"
              icon={Trash2}
              label={t('privacy.deleteAll')}
              onClick={() => setAsking('delete')}
            />
          </div>
        </div>
      </section>
      {asking === 'export' && <ExportDialog images="all" onClose={() => setAsking(null)} />}
      {asking === 'data' && (
        <FolderDialog
          title={t('privacy.exportData')}
          action={t('privacy.export')}
          onChoose={(folder) => void exportData(folder)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'delete' && (
        <DeleteAllDialog
          onClose={() => setAsking(null)}
          onDeleted={(given) => {
            setReceipt(given)
            setAsking(null)
            ledger.again()
          }}
        />
      )}
    </ScreenFrame>
  )
}
