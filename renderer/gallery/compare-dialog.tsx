import { ArrowLeftRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { media } from '../api'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { CompareSlider } from '../components/compare'
import { CompareSides } from '../components/compare-sides'
import { CoverNotice } from '../components/cover-notice'
import { Dialog } from '../components/dialog'
import { useLocale } from '../locales/context'
import { useCovering } from '../state/covers'
import { useAltText, useImage, useImageName } from '../state/library'
import type { Difference } from './difference'
import { DifferenceView } from './difference-view'

const modes = ['sides', 'slider', 'difference'] as const
type Mode = (typeof modes)[number]

/** The focus goes along when a key chose another radio than the one that has it. */
function followChoice(): void {
  const focused = document.activeElement
  if (!(focused instanceof HTMLInputElement) || focused.type !== 'radio') return
  document.querySelector<HTMLInputElement>(`input[name="${CSS.escape(focused.name)}"]:checked`)?.focus()
}

type CompareDialogProps = {
  ids: readonly [string, string]
  title?: string
  start?: Mode
  /** above the pictures */
  children?: ReactNode
  onDifference?: (difference: Difference) => void
  /** the next or the one before instead of the second picture: Alt and an arrow, as in the gallery */
  onOther?: (by: 1 | -1) => void
  onClose: () => void
}

/** Two pictures next to each other, on one spot with a divider, or what differs. C swaps them, M goes on to the next way. */
export function CompareDialog(props: CompareDialogProps) {
  const { ids, title, start = 'sides', children, onDifference, onOther, onClose } = props
  const { t } = useLocale()
  const nameOf = useImageName()
  const altOf = useAltText()
  const [swapped, setSwapped] = useState(false)
  const [mode, setMode] = useState<Mode>(start)
  const [left, right] = swapped ? [ids[1], ids[0]] : ids
  const known = [useImage(left).value, useImage(right).value]
  const hiddenLeft = useCovering(known[0]).hidden
  const hiddenRight = useCovering(known[1]).hidden
  /** The first that is covered asks; when it is shown, the other does. */
  const covered = hiddenLeft ? known[0] : hiddenRight ? known[1] : undefined
  const [leftSide, rightSide] = [left, right].map((id, index) => {
    const image = known[index]
    return {
      src: media.image(id),
      small: media.small(id),
      label: image ? nameOf(image) : '',
      alt: image ? altOf(image) : '',
    }
  })
  const keys: Record<string, () => void> = {
    c: () => setSwapped((now) => !now),
    m() {
      setMode((now) => modes[(modes.indexOf(now) + 1) % modes.length] ?? 'sides')
      requestAnimationFrame(followChoice)
    },
  }

  return (
    <Dialog
      title={title ?? t('gallery.comparison')}
      wide
      onClose={onClose}
      onKey={(event) => {
        const by = event.altKey ? { ArrowLeft: -1 as const, ArrowRight: 1 as const }[event.key] : undefined
        if (by && onOther) {
          event.preventDefault()
          onOther(by)
        } else if (!event.ctrlKey && !event.metaKey && !event.altKey) keys[event.key.toLowerCase()]?.()
      }}
    >
      <div className="stack compare-dialog">
        {children}
        <div className="row spread wrap">
          <Choice
            legend={t('gallery.comparison')}
            hideLegend
            look="segments"
            value={mode}
            options={[
              { value: 'sides', label: t('gallery.sideBySide') },
              { value: 'slider', label: t('gallery.slider') },
              { value: 'difference', label: t('gallery.difference') },
            ]}
            onChoose={setMode}
          />
          <Button
            icon={ArrowLeftRight}
            label={t('gallery.swap')}
            keys="C"
            aria-keyshortcuts="C"
            onClick={() => setSwapped(!swapped)}
          />
        </div>
        <div className="compare-stage">
          {mode === 'difference' && (
            <DifferenceView
              left={left}
              right={right}
              gain={start === 'difference' ? 8 : 1}
              hidden={covered !== undefined}
              {...(onDifference && { onKnown: onDifference })}
            />
          )}
          {mode === 'slider' && leftSide && rightSide && (
            <CompareSlider before={leftSide} after={rightSide} />
          )}
          {mode === 'sides' && (
            <CompareSides sides={[leftSide, rightSide].filter((side) => side !== undefined)} />
          )}
          {covered && <CoverNotice image={covered} />}
        </div>
      </div>
    </Dialog>
  )
}
