import { Dices } from 'lucide-react'
import { IconButton } from '../components/button'
import { Field, Slider, Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { seedIsGood } from './create-draft'
import { randomSeed } from './random-seed'

const usualStrength = 0.2

/** A second seed that the picture is turned towards: A1111's "Extra" seed. */
export function VariationField() {
  const { create } = useStudio()
  const { t, percent } = useLocale()
  const variation = useSelected(create, (draft) => draft.variation)
  const set = (next: typeof variation) => create.change((draft) => ({ ...draft, variation: next }))
  return (
    <div className="stack tight">
      <Switch
        label={t('variation.title')}
        hint={t('variation.hint')}
        checked={variation !== null}
        onChange={(on) => set(on ? { seed: randomSeed(), strength: usualStrength } : null)}
      />
      {variation && (
        <>
          <Field label={t('variation.seed')}>
            {({ id }) => (
              <div className="row seed-row">
                <input
                  id={id}
                  className="text-input mono"
                  inputMode="numeric"
                  autoComplete="off"
                  value={variation.seed}
                  onChange={(event) => {
                    const seed = event.currentTarget.value.trim()
                    if (seed !== '' && seedIsGood(seed)) set({ ...variation, seed })
                  }}
                />
                <IconButton
                  icon={Dices}
                  label={t('variation.dice')}
                  onClick={() => set({ ...variation, seed: randomSeed() })}
                />
              </div>
            )}
          </Field>
          <Slider
            label={t('variation.strength')}
            value={variation.strength}
            minimum={0}
            maximum={1}
            step={0.05}
            shown={percent(variation.strength)}
            onChange={(strength) => set({ ...variation, strength })}
          />
        </>
      )}
    </div>
  )
}
