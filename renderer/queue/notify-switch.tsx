import { Bell, BellOff } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../components/button'
import { Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

/** In a browser, where somebody has to be asked, the browser asks when it is turned on. */
function useNotify(): { offered: boolean; on: boolean; toggle(): Promise<void> } {
  const { info, settings, changeSettings, toasts } = useStudio()
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
      if (answer !== 'granted') return toasts.show((now) => now.t('notify.refused'))
    }
    return changeSettings({ notifications: true })
  }
  return { offered: host || browser, on, toggle }
}

/** Beside the queue: a bell. */
export function NotifySwitch() {
  const { t } = useLocale()
  const { offered, on, toggle } = useNotify()
  if (!offered) return null
  return (
    <IconButton
      icon={on ? Bell : BellOff}
      pressed={on}
      label={t(on ? 'notify.off' : 'notify.on')}
      onClick={() => void toggle()}
    />
  )
}

/** The same among the settings. */
export function NotifyRow() {
  const { t } = useLocale()
  const { offered, on, toggle } = useNotify()
  if (!offered) return null
  return <Switch label={t('notify.on')} hint={t('notify.text')} checked={on} onChange={() => void toggle()} />
}
