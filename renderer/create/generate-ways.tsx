import { BookA, ChevronDown, InfinityIcon, ListStart } from 'lucide-react'
import { Button } from '../components/button'
import { Popover } from '../components/popover'
import { keysOf } from '../keys/commands'
import { useLocale } from '../locales/context'
import { useShownKeys } from '../settings/shown-keys'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { useSubmit } from './submit'

/** What else the one button can do; its right mouse button opens this too. */
export function GenerateWays({ impossible, onLists }: { impossible: boolean; onLists: () => void }) {
  const { forever, settings, toasts } = useStudio()
  const endless = useStore(forever)
  const { t } = useLocale()
  const submit = useSubmit()
  const shown = useShownKeys()
  const [first] = useSelected(settings, ({ shortcuts }) => keysOf('generateFirst', shortcuts))
  return (
    <Popover
      className="button primary generate-more"
      panelClassName="generate-panel"
      label={t('generate.more')}
      align="end"
      menu
      trigger={<ChevronDown size={16} aria-hidden="true" />}
    >
      <div className="stack tight">
        <Button
          icon={ListStart}
          label={t('generate.first')}
          {...(first !== undefined && { keys: shown(first).join(' ') })}
          disabled={impossible}
          onClick={() => void submit('first')}
        />
        <Button
          icon={InfinityIcon}
          label={t(endless ? 'forever.stop' : 'forever.start')}
          aria-pressed={endless}
          disabled={impossible && !endless}
          onClick={() => {
            forever.set(!endless)
            if (!endless) toasts.show((now) => now.t('forever.on'))
          }}
        />
        <Button icon={BookA} label={t('lists.open')} onClick={onLists} />
      </div>
    </Popover>
  )
}
