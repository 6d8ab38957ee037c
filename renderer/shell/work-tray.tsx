import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Work } from '../../contract/work'
import { IconButton } from '../components/button'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { doneText } from './work-news'

/** Long work that is no picture: imports, exports. It goes on whatever screen is open. */
export function WorkTray() {
  const { api, info, toasts } = useStudio()
  const locale = useLocale()
  const { t } = locale
  const [works, setWorks] = useState<readonly Work[]>([])

  useEffect(
    () =>
      api.on('work.changed', (work) => {
        setWorks((now) => [
          ...now.filter((one) => one.id !== work.id),
          ...(work.state === 'running' ? [work] : []),
        ])
        if (work.state === 'running') return
        const name = t(`work.${work.kind}`)
        if (work.failure && work.state === 'failed') toasts.fail(work.failure)
        else if (work.state === 'cancelled') toasts.show(t('work.cancelled', { name }))
        const text = work.result && doneText(locale, work.kind, work.result)
        if (!work.result || text === undefined) return
        const { place } = work.result
        if (info.get()?.capabilities.reveal && place !== '' && !work.result.test) {
          toasts.show(text, {
            label: t('export.reveal'),
            run: () => void api.call('host.reveal', { path: place }),
          })
        } else toasts.show(text)
      }),
    [api, info, toasts, t, locale],
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
