import { useState } from 'react'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'
import { ModelSliders } from '../create/model-sliders'
import { NegativePromptField } from '../create/negative-prompt'
import { SeedInput } from '../create/seed-input'
import { useLocale } from '../locales/context'
import { isAdvanced } from './advanced'
import type { Editing } from './editing'

type EditAdvancedProps = { editing: Editing; painter: Model; image: Image }

/** What Create has in its drawer and counts here too. Folded away, but not while something of it is set. */
export function EditAdvanced({ editing, painter, image }: EditAdvancedProps) {
  const { t } = useLocale()
  const { draft, write } = editing
  const [open, setOpen] = useState(() => isAdvanced(draft))
  const { seed } = image
  return (
    <details
      className="restore-panel"
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{t('create.advanced')}</summary>
      <div className="stack">
        <NegativePromptField
          model={painter}
          guidance={{}}
          text={draft.negativePrompt}
          onWrite={(negativePrompt) => write({ negativePrompt })}
        />
        <ModelSliders
          model={painter}
          steps={draft.steps}
          guidanceScale={draft.guidanceScale}
          onChange={write}
        />
        <SeedInput
          seed={draft.seed}
          onSeed={(next) => write({ seed: next })}
          onLast={seed === undefined ? undefined : () => write({ seed })}
        />
      </div>
    </details>
  )
}
