import type { Guidance } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { TextArea } from '../components/text-field'
import { useLocale } from '../locales/context'
import { readsNegative, takes } from './guidance-draft'
import { useWeightKeys } from './use-weight-keys'

/** Why a negative prompt is switched off, and what would switch it on. */
export const negativeHint = (model: Model, t: ReturnType<typeof useLocale>['t']): string =>
  takes(model, 'true-guidance')
    ? t('create.negativeNeedsTrue')
    : t('create.negativeIgnored', { model: model.name })

type NegativePromptProps = {
  model: Model
  guidance: Guidance
  text: string
  onWrite: (text: string) => void
}

export function NegativePromptField({ model, guidance, text, onWrite }: NegativePromptProps) {
  const { t } = useLocale()
  const isRead = readsNegative(guidance, model)
  const weightKeys = useWeightKeys(onWrite)
  return (
    <TextArea
      label={t('create.negative')}
      hint={isRead ? undefined : negativeHint(model, t)}
      rows={3}
      spellCheck={false}
      placeholder={t('create.negativePlaceholder')}
      disabled={!isRead}
      value={text}
      onChange={onWrite}
      onKeyDown={weightKeys}
    />
  )
}
