import { VenetianMask } from 'lucide-react'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

/** While it is on: what that means, and the way out. */
export function IncognitoBar() {
  const { incognito, toasts, setIncognito } = useStudio()
  const { t } = useLocale()
  if (!useStore(incognito)) return null
  const end = async () => {
    await setIncognito(false)
    if (!incognito.get()) toasts.show((now) => now.t('incognito.ended'))
  }
  return (
    <div className="incognito" role="status">
      <VenetianMask size={16} aria-hidden="true" />
      <span className="grow">{t('incognito.on')}</span>
      <Button label={t('incognito.end')} onClick={() => void end()} />
    </div>
  )
}
