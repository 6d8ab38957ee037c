import { ArchiveRestore, Save } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { BackupDialog } from './backup-dialog'

/** The whole library as one encrypted file, and back. */
export function BackupPanel() {
  const { t } = useLocale()
  const [asking, setAsking] = useState<'start' | 'restore' | null>(null)
  return (
    <section className="panel row wrap" aria-label={t('backup.title')}>
      <div className="grow">
        <h2>{t('backup.title')}</h2>
        <p className="soft">{t('backup.text')}</p>
      </div>
      <Button icon={Save} label={t('backup.start')} onClick={() => setAsking('start')} />
      <Button icon={ArchiveRestore} label={t('backup.restore')} onClick={() => setAsking('restore')} />
      {asking && <BackupDialog act={asking} onClose={() => setAsking(null)} />}
    </section>
  )
}
