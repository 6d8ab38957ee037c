import { Minus, Plus } from 'lucide-react'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

const most = 100

export function CountStepper() {
  const { create } = useStudio()
  const { t } = useLocale()
  const count = useSelected(create, (draft) => draft.count)
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
        value={count}
        onChange={(event) => set(event.currentTarget.valueAsNumber)}
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
