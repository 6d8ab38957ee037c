import { Shuffle } from 'lucide-react'
import type { Image } from '../../contract/image'
import { randomSeed } from '../create/random-seed'
import { type Amount, variationRequest } from '../create/vary'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { submitJob } from '../state/submit-job'
import { Button } from './button'
import { Popover } from './popover'

/** Four pictures like this one, a little or a lot unlike it. */
export function VaryMenu({ image }: { image: Image }) {
  const { api, incognito, models, screen, shown, toasts } = useStudio()
  const { t } = useLocale()
  const list = useStore(models) ?? []
  if (variationRequest(image, 'subtle', list, '0') === undefined) return null
  const vary = async (amount: Amount) => {
    const request = variationRequest(image, amount, list, randomSeed())
    if (!request) return
    const answer = await submitJob({ api, incognito }, request)
    if (!answer.ok) return toasts.fail(answer.failure)
    toasts.show((now) => now.t('vary.queued'))
    if (screen.get() === 'create') shown.set(null)
  }
  return (
    <Popover
      className="icon-button labelled"
      label={t('vary.menu')}
      trigger={
        <>
          <Shuffle size={18} aria-hidden="true" />
          <span className="icon-label">{t('vary.menu')}</span>
        </>
      }
      panelClassName="vary-panel"
      menu
    >
      <div className="stack tight">
        <Button label={t('vary.subtle')} onClick={() => void vary('subtle')} />
        <Button label={t('vary.strong')} onClick={() => void vary('strong')} />
        <p className="field-hint">{t('vary.hint')}</p>
      </div>
    </Popover>
  )
}
