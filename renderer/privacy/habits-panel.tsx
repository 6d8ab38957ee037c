import { Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'

/** What Sanggar draws from one's own history, and what the system sees of the window and of copies. */
export function HabitsPanel() {
  const { info, settings, changeSettings } = useStudio()
  const { t } = useLocale()
  const { suggestions, insights, hideFromCapture } = useStore(settings)
  const can = useSelected(info, (value) => value?.capabilities)
  return (
    <section className="panel stack" aria-label={t('habits.title')}>
      <h2>{t('habits.title')}</h2>
      <Switch
        label={t('habits.suggestions')}
        hint={t('habits.suggestionsText')}
        checked={suggestions}
        onChange={(on) => void changeSettings({ suggestions: on })}
      />
      <Switch
        label={t('habits.insights')}
        hint={t('habits.insightsText')}
        checked={insights}
        onChange={(on) => void changeSettings({ insights: on })}
      />
      {can?.hideFromCapture ? (
        <Switch
          label={t('habits.hide')}
          hint={t('habits.hideText')}
          checked={hideFromCapture}
          onChange={(on) => void changeSettings({ hideFromCapture: on })}
        />
      ) : (
        <p className="field-hint">{t('habits.cannotHide')}</p>
      )}
      <p className="field-hint">
        {t(can?.privateClipboard ? 'habits.clipboardMarked' : 'habits.clipboardPlain')}
      </p>
    </section>
  )
}
