import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { RulesDialog } from './rules-dialog'

/** The content check: off unless somebody wants it, told plainly either way. It blurs or asks and never discards. */
export function SafetyPanel() {
  const { models, settings, changeSettings } = useStudio()
  const { t, list } = useLocale()
  const { promptRules, checkPictures } = useStore(settings)
  const [editing, setEditing] = useState(false)
  const bring = (useStore(models) ?? []).filter(({ passport }) => passport.parts.includes('safety_checker'))
  const state =
    promptRules && checkPictures ? 'both' : promptRules ? 'prompts' : checkPictures ? 'pictures' : 'off'
  return (
    <section className="panel stack" aria-label={t('safety.title')}>
      <div>
        <h2>{t('safety.title')}</h2>
        <p className="soft">{t('safety.text')}</p>
        <p className="safety-state" role="status">
          {t(`safety.state.${state}`)}
        </p>
      </div>
      <Switch
        label={t('safety.promptRules')}
        hint={t('safety.promptRulesText')}
        checked={promptRules}
        onChange={(on) => void changeSettings({ promptRules: on })}
      />
      <div>
        <Button icon={Pencil} label={t('safety.editRules')} onClick={() => setEditing(true)} />
      </div>
      <Switch
        label={t('safety.checkPictures')}
        hint={
          bring.length === 0
            ? t('safety.noChecker')
            : t('safety.checkers', { models: list(bring.map(({ name }) => name)) })
        }
        checked={checkPictures}
        onChange={(on) => void changeSettings({ checkPictures: on })}
      />
      {editing && <RulesDialog onClose={() => setEditing(false)} />}
    </section>
  )
}
