import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { Confirm } from '../components/dialog'
import { Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

/** Whether anything is counted at all, and the way to erase what the counts are made of. */
export function InsightsSwitch({ onErased }: { onErased: () => void }) {
  const { api, settings, changeSettings, toasts } = useStudio()
  const { t } = useLocale()
  const on = useSelected(settings, (value) => value.insights)
  const [asking, setAsking] = useState(false)
  const erase = async () => {
    const answer = await api.call('privacy.deleteCategory', { category: 'timings-and-errors' })
    if (!answer.ok) return toasts.fail(answer.failure)
    toasts.show((now) => now.t('insights.erased'))
    return onErased()
  }
  return (
    <section className="panel row wrap" aria-label={t('insights.switch')}>
      <div className="grow">
        <Switch
          label={t('insights.switch')}
          hint={t('insights.switchText')}
          checked={on}
          onChange={(insights) => void changeSettings({ insights })}
        />
      </div>
      <Button icon={Trash2} label={t('insights.erase')} onClick={() => setAsking(true)} />
      {asking && (
        <Confirm
          title={t('insights.eraseTitle')}
          text={t('insights.eraseText')}
          action={t('insights.erase')}
          onConfirm={() => void erase()}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  )
}
