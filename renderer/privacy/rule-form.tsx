import { useState } from 'react'
import type { ImageOrigin } from '../../contract/image'
import type { RetentionRule } from '../../contract/retention'
import { media } from '../api'
import { Button } from '../components/button'
import { Field, NumberField, Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStudio } from '../state/studio'
import { RuleExceptions } from './rule-exceptions'

const kinds = {
  made: ['made', 'edited', 'enhanced'],
  brought: ['imported', 'input', 'mask'],
  all: ['made', 'edited', 'enhanced', 'imported', 'input', 'mask'],
} as const satisfies Record<string, readonly ImageOrigin[]>
type Kind = keyof typeof kinds
const picturesShown = 12
const kindNames: readonly Kind[] = ['made', 'brought', 'all']

export function whatOf(origins: readonly ImageOrigin[]): Kind {
  if (origins.length > 3) return 'all'
  return origins.some((origin) => origin === 'imported' || origin === 'input') ? 'brought' : 'made'
}

/** A new rule, with what it would take now. */
export function RuleForm({ onDone }: { onDone: () => void }) {
  const { api, toasts } = useStudio()
  const { t, bytes } = useLocale()
  const [rule, setRule] = useState<RetentionRule>({
    days: 90,
    origins: [...kinds.made],
    unstarredOnly: true,
    exceptTags: [],
    exceptCollections: [],
    action: 'trash',
    // It does nothing until somebody switches it on.
    enabled: false,
  })
  const takes = useAnswer('retention.preview', rule).value
  const change = (part: Partial<RetentionRule>) => setRule((now) => ({ ...now, ...part }))
  const save = async () => {
    const answer = await api.call('retention.save', rule)
    if (!answer.ok) return toasts.fail(answer.failure)
    return onDone()
  }
  return (
    <div className="stack rule-form">
      <div className="rule-fields">
        <Field label={t('retention.what')}>
          {({ id }) => (
            <select
              id={id}
              className="text-input"
              value={whatOf(rule.origins)}
              onChange={(event) => {
                const kind = kindNames.find((name) => name === event.currentTarget.value) ?? 'made'
                change({ origins: [...kinds[kind]] })
              }}
            >
              {kindNames.map((kind) => (
                <option key={kind} value={kind}>
                  {t(`retention.what.${kind}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <NumberField
          label={t('retention.days')}
          value={rule.days}
          minimum={1}
          maximum={36_500}
          onCommit={(days) => change({ days: Math.round(days) })}
        />
        <Field label={t('retention.action')}>
          {({ id }) => (
            <select
              id={id}
              className="text-input"
              value={rule.action}
              onChange={(event) =>
                change({ action: event.currentTarget.value === 'erase' ? 'erase' : 'trash' })
              }
            >
              {(['trash', 'erase'] as const).map((action) => (
                <option key={action} value={action}>
                  {t(`retention.action.${action}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Switch
        label={t('retention.unstarred')}
        checked={rule.unstarredOnly}
        onChange={(unstarredOnly) => change({ unstarredOnly })}
      />
      <RuleExceptions rule={rule} onChange={change} />
      <p aria-live="polite">
        {takes && t('retention.takes', { count: takes.count, bytes: bytes(takes.bytes) })}
      </p>
      {takes && takes.ids.length > 0 && (
        <div className="rule-taken">
          {takes.ids.slice(0, picturesShown).map((id) => (
            <img key={id} src={media.thumbnail(id, 96)} alt="" loading="lazy" />
          ))}
        </div>
      )}
      <div className="row">
        <Button tone="primary" label={t('retention.save')} onClick={() => void save()} />
        <Button label={t('common.cancel')} onClick={onDone} />
      </div>
    </div>
  )
}
