import { X } from 'lucide-react'
import type { Model } from '../../contract/model'
import { IconButton } from '../components/button'
import { Field, Slider } from '../components/fields'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { adaptersOf, hasStrength } from './adapters'
import { insertIntoPrompt } from './insert-text'

const mostTriggers = 8
/** Our own network is of no kind that others make adapters for; exported graphs are built anew around their weights. */
const fixedFamilies = new Set(['starter'])

/** Files that change a model for this picture: LoRA and its kin with a strength, learned words, another autoencoder. */
export function AdapterPicker({ model }: { model: Model }) {
  const { create, models } = useStudio()
  const { t, number } = useLocale()
  const { adapters } = useStore(create)
  const here = adaptersOf(useStore(models) ?? [])
  const set = (next: typeof adapters) => create.change((draft) => ({ ...draft, adapters: next }))
  const free = here.filter(({ id }) => adapters.every((use) => use.id !== id))
  const able = !fixedFamilies.has(model.passport.family)
  const hint =
    here.length === 0 ? t('adapters.none') : able ? undefined : t('adapters.unable', { model: model.name })

  return (
    <div className="stack tight" role="group" aria-label={t('adapters.title')}>
      <Field label={t('adapters.title')} hint={hint}>
        {({ id, describedBy }) => (
          <select
            id={id}
            className="text-input"
            value=""
            aria-describedby={describedBy}
            disabled={free.length === 0 || !able}
            onChange={(event) => set([...adapters, { id: event.currentTarget.value, scale: 1 }])}
          >
            <option value="">{t('adapters.add')}</option>
            {free.map((one) => (
              <option key={one.id} value={one.id}>
                {hasStrength(one) ? one.name : `${one.name} (${t(`kind.${one.passport.kind}`)})`}
              </option>
            ))}
          </select>
        )}
      </Field>
      {adapters.map((use) => {
        const adapter = here.find(({ id }) => id === use.id)
        const name = adapter?.name ?? use.id
        return (
          <div key={use.id} className="adapter">
            <div className="row">
              <div className="grow">
                {adapter && !hasStrength(adapter) ? (
                  <>
                    <span className="field-label">{name}</span>{' '}
                    <span className="faint small">{t(`kind.${adapter.passport.kind}`)}</span>
                  </>
                ) : (
                  <Slider
                    label={name}
                    value={use.scale}
                    minimum={-1}
                    maximum={2}
                    step={0.05}
                    shown={number(use.scale)}
                    onChange={(scale) =>
                      set(adapters.map((one) => (one.id === use.id ? { ...one, scale } : one)))
                    }
                  />
                )}
              </div>
              <IconButton
                icon={X}
                size={16}
                label={t('adapters.remove', { name })}
                onClick={() => set(adapters.filter(({ id }) => id !== use.id))}
              />
            </div>
            {adapter && <Triggers words={adapter.passport.triggerWords} />}
          </div>
        )
      })}
    </div>
  )
}

function Triggers({ words }: { words: readonly string[] }) {
  const { create } = useStudio()
  const { t } = useLocale()
  if (words.length === 0) return null
  return (
    <div className="row wrap triggers" role="group" aria-label={t('adapters.triggers')}>
      {words.slice(0, mostTriggers).map((word) => (
        <button
          key={word}
          type="button"
          className="chip small"
          aria-label={t('adapters.insert', { word })}
          onClick={() =>
            insertIntoPrompt(word, (update) =>
              create.change((draft) => ({ ...draft, prompt: update(draft.prompt) })),
            )
          }
        >
          <span>{word}</span>
        </button>
      ))}
    </div>
  )
}
