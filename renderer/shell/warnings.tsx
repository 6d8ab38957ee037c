import { TriangleAlert, X } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

/** What the person should know at the start, such as a data folder that a cloud service copies. */
export function Warnings() {
  const { info } = useStudio()
  const { t } = useLocale()
  const [dismissed, setDismissed] = useState(false)
  const warnings = useStore(info)?.warnings ?? []
  if (dismissed || warnings.length === 0) return null
  return (
    <div className="warnings" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div className="grow">
        {warnings.map(({ code, detail }) => (
          <p key={`${code}${detail}`}>{t(`warning.${code}`, { detail })}</p>
        ))}
      </div>
      <IconButton icon={X} size={16} label={t('common.dismiss')} onClick={() => setDismissed(true)} />
    </div>
  )
}
