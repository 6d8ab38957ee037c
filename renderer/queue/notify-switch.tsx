import { Bell, BellOff } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

/** On and off; in a browser, where somebody has to be asked, the browser asks when it is turned on. */
export function NotifySwitch() {
  const { info, settings, changeSettings, toasts } = useStudio()
  const { t } = useLocale()
  const wanted = useSelected(settings, (value) => value.notifications)
  const host = useSelected(info, (value) => value?.capabilities.notify ?? false)
  const browser = 'Notification' in globalThis
  const [permission, setPermission] = useState(browser ? Notification.permission : 'denied')
  const on = wanted && (host || permission === 'granted')
  const toggle = async () => {
    if (on) return changeSettings({ notifications: false })
    if (!host && browser && permission !== 'granted') {
      const answer = await Notification.requestPermission()
      setPermission(answer)
      if (answer !== 'granted') return toasts.show(t('notify.refused'))
    }
    return changeSettings({ notifications: true })
  }
  if (!host && !browser) return null
  return (
    <IconButton
      icon={on ? Bell : BellOff}
      pressed={on}
      label={t(on ? 'notify.off' : 'notify.on')}
      onClick={() => void toggle()}
    />
  )
}
