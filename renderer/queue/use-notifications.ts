import { useEffect } from 'react'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { type Finished, watchFinished } from './finished-news'

/** A message of the system when the queue is through and the window is not seen. It never quotes a prompt. */
export function useNotifications(): void {
  const { api, info, jobs, settings } = useStudio()
  const { t } = useLocale()
  useEffect(() => {
    const watch = watchFinished()
    watch(jobs.get())
    const tell = ({ pictures, failed }: Finished) => {
      const made = pictures > 0 ? t('notify.made', { count: pictures }) : ''
      const body = [made, failed > 0 ? t('notify.failed', { count: failed }) : ''].filter(Boolean).join(' ')
      if (info.get()?.capabilities.notify) {
        void api.call('host.notify', { title: t('notify.title'), body })
      } else if ('Notification' in globalThis && Notification.permission === 'granted') {
        const message = new Notification(t('notify.title'), { body, tag: 'sanggar-queue' })
        message.addEventListener('click', () => window.focus())
      }
    }
    return jobs.subscribe(() => {
      const finished = watch(jobs.get())
      if (finished && document.visibilityState === 'hidden' && settings.get().notifications) tell(finished)
    })
  }, [api, info, jobs, settings, t])
}
