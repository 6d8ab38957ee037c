import { type FurtherPrompts, furtherPromptNames } from '../../contract/further-prompts'
import type { Model } from '../../contract/model'
import { Field } from '../components/fields'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { optionOfPrompt, readsNegative, takes } from './guidance-draft'

/** Words of their own for a model's second and third text encoder; left empty they read the prompt. */
export function FurtherPromptFields({ model }: { model: Model }) {
  const { create } = useStudio()
  const { t } = useLocale()
  const { furtherPrompts, guidance } = useStore(create)
  const set = (part: FurtherPrompts) =>
    create.change((draft) => ({ ...draft, furtherPrompts: { ...draft.furtherPrompts, ...part } }))
  const negative = readsNegative(guidance, model)

  return furtherPromptNames
    .filter((name) => takes(model, optionOfPrompt[name]))
    .map((name) => {
      const isIgnored = name.startsWith('negative') && !negative
      return (
        <Field
          key={name}
          label={t(`guidance.${name}`)}
          hint={isIgnored ? t('create.negativeIgnored', { model: model.name }) : t(`guidance.${name}Hint`)}
        >
          {({ id, describedBy }) => (
            <textarea
              id={id}
              className="text-input"
              rows={2}
              spellCheck={false}
              aria-describedby={describedBy}
              disabled={isIgnored}
              value={furtherPrompts[name] ?? ''}
              onChange={(event) => set({ [name]: event.currentTarget.value })}
            />
          )}
        </Field>
      )
    })
}
