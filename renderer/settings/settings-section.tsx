import { type ReactNode, useRef } from 'react'
import { type Settings, defaultSettings } from '../../contract/settings'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

type SettingsSectionProps = {
  title: string
  /** the settings of this section: a button puts them back as soon as one differs */
  settings?: readonly (keyof Settings)[]
  children: ReactNode
}

export function SettingsSection({ title, settings: names = [], children }: SettingsSectionProps) {
  const { settings, changeSettings } = useStudio()
  const { t } = useLocale()
  const heading = useRef<HTMLHeadingElement>(null)
  const value = useStore(settings)
  const changed = names.filter(
    (name) => JSON.stringify(value[name]) !== JSON.stringify(defaultSettings[name]),
  )
  return (
    <section className="panel settings-section" aria-label={title}>
      <div className="row settings-heading">
        <h2 ref={heading} className="grow" tabIndex={-1}>
          {title}
        </h2>
        {changed.length > 0 && (
          <Button
            tone="quiet"
            label={t('settings.resetSection')}
            title={t('settings.resetSectionOf', { section: title })}
            aria-label={t('settings.resetSectionOf', { section: title })}
            onClick={() => {
              // The button goes with what it was for.
              heading.current?.focus()
              void changeSettings(Object.fromEntries(changed.map((name) => [name, defaultSettings[name]])))
            }}
          />
        )}
      </div>
      {children}
    </section>
  )
}
