import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { StoredRule } from '../../contract/retention'
import { Button, IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { RuleForm, whatOf } from './rule-form'

/** What goes by itself, and when. */
export function RetentionPanel() {
  const { library } = useStudio()
  const { t } = useLocale()
  // Rules go with everything else, and what they would take with the pictures.
  const version = useStore(library)
  const rules = useAnswer('retention.list', null, version)
  const [adding, setAdding] = useState(false)
  return (
    <section className="panel stack" aria-label={t('retention.title')}>
      <div>
        <h2>{t('retention.title')}</h2>
        <p className="soft">{t('retention.text')}</p>
      </div>
      {rules.value?.length === 0 && !adding && <p>{t('retention.none')}</p>}
      <ul className="stack tight">
        {rules.value?.map((rule) => (
          <li key={rule.id}>
            <Rule rule={rule} version={version} onChange={rules.again} />
          </li>
        ))}
      </ul>
      {adding ? (
        <RuleForm
          onDone={() => {
            setAdding(false)
            rules.again()
          }}
        />
      ) : (
        <div>
          <Button icon={Plus} label={t('retention.add')} onClick={() => setAdding(true)} />
        </div>
      )}
    </section>
  )
}

function Rule({ rule, version, onChange }: { rule: StoredRule; version: number; onChange: () => void }) {
  const { api, toasts } = useStudio()
  const { t, bytes } = useLocale()
  // Seen before it is switched on, and while it waits for the next day.
  const takes = useAnswer('retention.preview', rule, version).value
  const text = t('retention.rule', {
    what: t(`retention.what.${whatOf(rule.origins)}`),
    count: rule.days,
    action: t(`retention.action.${rule.action}`),
  })
  const spared = rule.exceptTags.length + rule.exceptCollections.length
  const after = (answer: { ok: boolean; failure?: Parameters<typeof toasts.fail>[0] }) => {
    if (answer.failure) toasts.fail(answer.failure)
    onChange()
  }
  return (
    <div className="row">
      <input
        type="checkbox"
        role="switch"
        className="switch"
        aria-label={t('retention.enabled', { rule: text })}
        aria-checked={rule.enabled}
        checked={rule.enabled}
        onChange={() => void api.call('retention.save', { ...rule, enabled: !rule.enabled }).then(after)}
      />
      <span className="grow">
        {text}
        {takes && (
          <span className="small faint rule-takes">
            {t('retention.takes', { count: takes.count, bytes: bytes(takes.bytes) })}
          </span>
        )}
        {spared > 0 && <span className="faint"> {t('retention.spares', { count: spared })}</span>}
      </span>
      <IconButton
        icon={Trash2}
        size={16}
        label={t('retention.remove', { rule: text })}
        onClick={() => void api.call('retention.remove', { id: rule.id }).then(after)}
      />
    </div>
  )
}
