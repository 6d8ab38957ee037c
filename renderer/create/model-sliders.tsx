import type { Model } from '../../contract/model'
import { Slider } from '../components/fields'
import { useLocale } from '../locales/context'

const mostGuidance = 20

/** null: as the model is usually run */
export type ModelNumbers = { steps: number | null; guidanceScale: number | null }

type ModelSlidersProps = ModelNumbers & { model: Model; onChange: (part: Partial<ModelNumbers>) => void }

export function ModelSliders({ model, steps, guidanceScale, onChange }: ModelSlidersProps) {
  const { t, number } = useLocale()
  const { limits } = model
  const guidance = guidanceScale ?? limits?.defaultGuidance ?? 1
  return (
    <>
      {limits && (
        <Slider
          label={t('create.steps')}
          value={steps ?? limits.defaultSteps}
          minimum={1}
          maximum={limits.maximumSteps}
          hint={t('create.stepsHint')}
          onChange={(next) => onChange({ steps: next })}
        />
      )}
      <Slider
        label={t('create.guidance')}
        value={guidance}
        minimum={0}
        maximum={mostGuidance}
        step={0.5}
        shown={number(guidance)}
        hint={t('create.guidanceHint')}
        onChange={(next) => onChange({ guidanceScale: next })}
      />
    </>
  )
}
