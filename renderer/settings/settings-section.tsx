import { type ReactNode, useRef } from 'react'
import { type Settings, type SettingsChange, defaultSettings } from '../../contract/settings'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

type SettingsSectionProps = {
  name: 'appearance' | 'creating' | 'library' | 'hardware' | 'shortcuts' | 'diagnostics' | 'about'
  /** the settings of this section: a button puts them back as soon as one differs */
  settings?: readonly (keyof Settings)[]
  children: ReactNode
}

const pick = (from: Settings, names: readonly (keyof Settings)[]): SettingsChange =>
  Object.fromEntries(names.map((one) => [one, from[one]]))

export function SettingsSection({ name, settings: names = [], children }: SettingsSectionProps) {
  const { settings, changeSettings, toasts } = useStudio()
  const { t } = useLocale()
  const title = t(`settings.${name}`)
  const heading = useRef<HTMLHeadingElement>(null)
  const value = useStore(settings)
  const changed = names.filter((one) => JSON.stringify(value[one]) !== JSON.stringify(defaultSettings[one]))
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
              void changeSettings(pick(defaultSettings, changed))
              toasts.offerUndo(
                (now) => now.t('settings.resetSectionDone', { section: now.t(`settings.${name}`) }),
                () => void changeSettings(pick(value, changed)),
              )
            }}
          />
        )}
      </div>
      {children}
    </section>
  )
}
