import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Work } from '../../contract/work'
import { IconButton } from '../components/button'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'
import type { Locale } from '../locales/translate'
import { useStudio } from '../state/studio'
import { doneText } from './work-news'

/** Long work that is no picture: imports, exports. It goes on whatever screen is open. */
export function WorkTray() {
  const { api, info, toasts } = useStudio()
  const locale = useLocale()
  const { t } = locale
  const [works, setWorks] = useState<readonly Work[]>([])
  // What runs already when the page is opened, or opened again.
  useEffect(() => {
    void api.call('works.list', null).then((answer) => {
      if (!answer.ok) return
      const running = answer.value.filter(({ state }) => state === 'running')
      setWorks((now) => [...now, ...running.filter(({ id }) => !now.some((one) => one.id === id))])
    })
  }, [api])

  useEffect(
    () =>
      api.on('work.changed', (work) => {
        setWorks((now) => [
          ...now.filter((one) => one.id !== work.id),
          ...(work.state === 'running' ? [work] : []),
        ])
        if (work.state === 'running') return
        const { kind, result } = work
        if (work.failure && work.state === 'failed') toasts.fail(work.failure)
        else if (work.state === 'cancelled')
          toasts.show((now) => now.t('work.cancelled', { name: now.t(`work.${kind}`) }))
        if (!result || doneText(locale, kind, result) === undefined) return
        const text = (now: Locale) => doneText(now, kind, result) ?? ''
        const { place } = result
        if (info.get()?.capabilities.reveal && place !== '' && !result.test) {
          toasts.show(text, {
            label: (now) => now.t('export.reveal'),
            run: () => void api.call('host.reveal', { path: place }),
          })
        } else toasts.show(text)
      }),
    [api, info, toasts, locale],
  )

  if (works.length === 0) return null
  return (
    <section className="works" aria-label={t('work.label')}>
      {works.map((work) => {
        const name = t(`work.${work.kind}`)
        return (
          <div key={work.id} className="toast">
            <div className="grow stack tight">
              <span>
                {name} {work.total > 0 && t('import.running', { done: work.done, total: work.total })}
              </span>
              <ProgressBar label={name} fraction={work.total === 0 ? 0 : work.done / work.total} />
            </div>
            <IconButton
              icon={X}
              size={16}
              label={t('work.stop', { name })}
              onClick={() => void api.call('works.cancel', { id: work.id })}
            />
          </div>
        )
      })}
    </section>
  )
}
