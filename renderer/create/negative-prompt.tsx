import type { Model } from '../../contract/model'
import { TextArea } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { readsNegative, takes } from './guidance-draft'
import { useWeightKeys } from './use-weight-keys'

/** Why a negative prompt is switched off, and what would switch it on. */
export const negativeHint = (model: Model, t: ReturnType<typeof useLocale>['t']): string =>
  takes(model, 'true-guidance')
    ? t('create.negativeNeedsTrue')
    : t('create.negativeIgnored', { model: model.name })

export function NegativePromptField({ model }: { model: Model }) {
  const { create } = useStudio()
  const { t } = useLocale()
  const { guidance, negativePrompt } = useStore(create)
  const isRead = readsNegative(guidance, model)
  const change = (text: string) => create.change((draft) => ({ ...draft, negativePrompt: text }))
  const weightKeys = useWeightKeys(change)
  return (
    <TextArea
      label={t('create.negative')}
      hint={isRead ? undefined : negativeHint(model, t)}
      rows={3}
      spellCheck={false}
      placeholder={t('create.negativePlaceholder')}
      disabled={!isRead}
      value={negativePrompt}
      onChange={change}
      onKeyDown={weightKeys}
    />
  )
}
