import { useState } from 'react'
import { type FurtherPrompts, furtherPromptNames } from '../../contract/further-prompts'
import type { Model } from '../../contract/model'
import { TextArea } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { negativeHint } from './negative-prompt'
import { optionOfPrompt, readsNegative, takes } from './guidance-draft'

/** Words of their own for a model's second and third text encoder; left empty they read the prompt. */
export function FurtherPromptFields({ model }: { model: Model }) {
  const { create } = useStudio()
  const { t } = useLocale()
  const { furtherPrompts, guidance } = useStore(create)
  // What is written already is shown; while somebody writes, nothing folds up.
  const [isOpen] = useState(() => Object.values(furtherPrompts).some((text) => text !== ''))
  const set = (part: FurtherPrompts) =>
    create.change((draft) => ({ ...draft, furtherPrompts: { ...draft.furtherPrompts, ...part } }))
  const names = furtherPromptNames.filter((name) => takes(model, optionOfPrompt[name]))
  if (names.length === 0) return null

  return (
    <details className="more-options" open={isOpen}>
      <summary>{t('guidance.furtherPrompts')}</summary>
      <div className="stack">
        <p className="field-hint">{t('guidance.furtherPromptsHint')}</p>
        {names.map((name) => {
          const isIgnored = name.startsWith('negative') && !readsNegative(guidance, model)
          return (
            <TextArea
              key={name}
              label={t(`guidance.${name}`)}
              hint={isIgnored ? negativeHint(model, t) : undefined}
              rows={2}
              spellCheck={false}
              disabled={isIgnored}
              value={furtherPrompts[name] ?? ''}
              onChange={(text) => set({ [name]: text })}
            />
          )
        })}
      </div>
    </details>
  )
}
