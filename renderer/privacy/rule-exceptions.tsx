import { useState } from 'react'
import type { RetentionRule } from '../../contract/retention'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'

type RuleExceptionsProps = {
  rule: Pick<RetentionRule, 'exceptTags' | 'exceptCollections'>
  onChange: (part: Partial<RetentionRule>) => void
}

/** What a rule spares: albums, saved searches and tags. */
export function RuleExceptions({ rule, onChange }: RuleExceptionsProps) {
  const { t } = useLocale()
  const collections = useAnswer('collections.list', null).value ?? []
  const [typed, setTyped] = useState(rule.exceptTags.join(', '))
  return (
    <>
      {collections.length > 0 && (
        <fieldset className="rule-albums">
          <legend className="field-label">{t('retention.exceptCollections')}</legend>
          {collections.map(({ id, name }) => (
            <label key={id} className="row">
              <input
                type="checkbox"
                checked={rule.exceptCollections.includes(id)}
                onChange={(event) =>
                  onChange({
                    exceptCollections: event.currentTarget.checked
                      ? [...rule.exceptCollections, id]
                      : rule.exceptCollections.filter((one) => one !== id),
                  })
                }
              />
              <span className="break">{name}</span>
            </label>
          ))}
        </fieldset>
      )}
      <TextField
        label={t('retention.exceptTags')}
        hint={t('retention.exceptTagsHint')}
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={(text) => {
          setTyped(text)
          const tags = text
            .split(',')
            .map((tag) => tag.trim())
            .filter((tag) => tag !== '')
          onChange({ exceptTags: [...new Set(tags)].slice(0, 50) })
        }}
      />
    </>
  )
}
