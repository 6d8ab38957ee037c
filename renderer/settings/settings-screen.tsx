import './settings.css'
import { useState } from 'react'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Confirm } from '../components/dialog'
import { Field, NumberField, Switch } from '../components/fields'
import { NotifyRow } from '../queue/notify-switch'
import { ScreenFrame } from '../components/screen-frame'
import { withModel } from '../create/create-draft'
import { draws } from '../create/current-model'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { Diagnostics } from './diagnostics'
import { HardwareSettings } from './hardware-settings'
import { SettingsSection } from './settings-section'
import { ShortcutList } from './shortcut-list'

export function SettingsScreen() {
  const { api, create, info, models, settings, toasts, changeSettings } = useStudio()
  const { t } = useLocale()
  const value = useStore(settings)
  const about = useStore(info)
  const drawing = useStore(models)?.filter(draws) ?? []
  const [resetting, setResetting] = useState(false)
  const change = (part: Parameters<typeof changeSettings>[0]) => void changeSettings(part)

  const reset = async () => {
    const answer = await api.call('settings.reset', null)
    if (!answer.ok) return toasts.fail(answer.failure)
    settings.set(answer.value)
    toasts.show((now) => now.t('settings.resetDone'))
  }

  return (
    <ScreenFrame
      title={t('settings.title')}
      actions={<Button label={t('settings.reset')} onClick={() => setResetting(true)} />}
    >
      <SettingsSection name="appearance" settings={['theme', 'language']}>
        <Choice
          legend={t('settings.theme')}
          look="segments"
          value={value.theme}
          options={(['system', 'light', 'dark'] as const).map((theme) => ({
            value: theme,
            label: t(`settings.theme.${theme}`),
          }))}
          onChoose={(theme) => change({ theme })}
        />
        <Choice
          legend={t('settings.language')}
          look="segments"
          value={value.language}
          options={(['system', 'en', 'id'] as const).map((language) => ({
            value: language,
            label: t(`settings.language.${language}`),
          }))}
          onChoose={(language) => change({ language })}
        />
      </SettingsSection>
      <SettingsSection name="creating" settings={['model', 'jumpToNewest', 'suggestions', 'notifications']}>
        <Field label={t('settings.model')}>
          {({ id }) => (
            <select
              id={id}
              className="text-input settings-select"
              value={value.model}
              onChange={(event) => {
                change({ model: event.currentTarget.value })
                // What Create was told before would count more.
                create.change((draft) => withModel(draft, ''))
              }}
            >
              <option value="">{t('settings.modelFirst')}</option>
              {drawing.map((model) => (
                <option key={model.id} value={model.id}>
                  {model.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Switch
          label={t('settings.jumpToNewest')}
          checked={value.jumpToNewest}
          onChange={(jumpToNewest) => change({ jumpToNewest })}
        />
        <Switch
          label={t('habits.suggestions')}
          hint={t('habits.suggestionsText')}
          checked={value.suggestions}
          onChange={(suggestions) => change({ suggestions })}
        />
        <NotifyRow />
      </SettingsSection>
      <SettingsSection name="library" settings={['embedSettings', 'insights', 'trashDays']}>
        <Switch
          label={t('settings.embedSettings')}
          hint={t('settings.embedSettingsText')}
          checked={value.embedSettings}
          onChange={(embedSettings) => change({ embedSettings })}
        />
        <Switch
          label={t('settings.insights')}
          hint={t('settings.insightsText')}
          checked={value.insights}
          onChange={(insights) => change({ insights })}
        />
        <NumberField
          label={t('settings.trashDays')}
          value={value.trashDays}
          minimum={0}
          maximum={3650}
          onCommit={(trashDays) => change({ trashDays: Math.round(trashDays) })}
        />
        {about && (
          <div className="field">
            <span className="field-label">{t('settings.folder')}</span>
            <div className="row wrap">
              <code className="mono break">{about.dataDirectory}</code>
              {about.capabilities.reveal && (
                <Button
                  label={t('settings.reveal')}
                  onClick={() => void api.call('host.reveal', { path: about.dataDirectory })}
                />
              )}
            </div>
          </div>
        )}
      </SettingsSection>
      <HardwareSettings />
      <ShortcutList />
      <Diagnostics />
      <SettingsSection name="about">
        {about && (
          <p>{t('settings.version', { version: about.version, runtime: about.runtime.onnxRuntime })}</p>
        )}
        <p className="soft">{t('settings.aboutText')}</p>
      </SettingsSection>
      {resetting && (
        <Confirm
          title={t('settings.resetTitle')}
          text={t('settings.resetText')}
          action={t('settings.reset')}
          onConfirm={() => void reset()}
          onClose={() => setResetting(false)}
        />
      )}
    </ScreenFrame>
  )
}
