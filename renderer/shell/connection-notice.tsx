import { LoaderCircle } from 'lucide-react'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

export function ConnectionNotice() {
  const { api } = useStudio()
  const { t } = useLocale()
  const connection = useStore(api.connection)
  if (connection === 'refused') return <FailureNotice failure={{ code: 'unauthorised' }} />
  if (connection !== 'lost') return null
  return (
    <div className="connection" role="status">
      <LoaderCircle size={16} className="turning" aria-hidden="true" />
      {t('connection.lost')}
    </div>
  )
}
