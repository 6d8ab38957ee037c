import { Minus, Plus } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

const most = 100

export function CountStepper() {
  const { create } = useStudio()
  const { t } = useLocale()
  const count = useSelected(create, (draft) => draft.count)
  /** what stands in the field until it is left: emptied, it is no number */
  const [typed, setTyped] = useState<string | null>(null)
  const set = (next: number) =>
    create.change((draft) => ({ ...draft, count: Math.min(Math.max(Math.round(next) || 1, 1), most) }))
  return (
    <div className="stepper" role="group" aria-label={t('create.count')}>
      <button
        type="button"
        aria-label={t('create.countLess')}
        disabled={count <= 1}
        onClick={() => set(count - 1)}
      >
        <Minus size={14} aria-hidden="true" />
      </button>
      <input
        type="number"
        min={1}
        max={most}
        aria-label={t('create.count')}
        title={t('create.count')}
        value={typed ?? count}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          if (event.currentTarget.value !== '') set(event.currentTarget.valueAsNumber)
        }}
        onBlur={() => setTyped(null)}
      />
      <button
        type="button"
        aria-label={t('create.countMore')}
        disabled={count >= most}
        onClick={() => set(count + 1)}
      >
        <Plus size={14} aria-hidden="true" />
      </button>
    </div>
  )
}
