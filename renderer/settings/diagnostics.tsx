import { Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { useCopyText } from '../gallery/use-copy'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { SettingsSection } from './settings-section'

/** The report is read here, all of it, before there is a way to copy it. */
export function Diagnostics() {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const copy = useCopyText()
  const [report, setReport] = useState<string>()
  const read = async () => {
    const answer = await api.call('app.diagnostics', null)
    if (answer.ok) setReport(answer.value.text)
    else toasts.fail(answer.failure)
  }
  return (
    <SettingsSection name="diagnostics">
      <p className="soft">{t('settings.diagnosticsText')}</p>
      {report === undefined ? (
        <div>
          <Button label={t('settings.diagnosticsShow')} onClick={() => void read()} />
        </div>
      ) : (
        <>
          <textarea
            className="diagnostics"
            readOnly
            spellCheck={false}
            rows={14}
            aria-label={t('settings.diagnostics')}
            value={report}
          />
          <div className="row wrap">
            <Button icon={Copy} label={t('settings.diagnosticsCopy')} onClick={() => void copy(report)} />
            <Button label={t('settings.diagnosticsHide')} onClick={() => setReport(undefined)} />
          </div>
        </>
      )}
    </SettingsSection>
  )
}
