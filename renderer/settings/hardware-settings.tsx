import type { Settings } from '../../contract/settings'
import { Choice } from '../components/choice'
import { NumberField } from '../components/fields'
import { useCurrentModel } from '../create/current-model'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { Benchmark } from './benchmark'
import { SettingsSection } from './settings-section'

const providers: readonly Settings['executionProvider'][] = ['auto', 'cpu', 'cuda', 'dml', 'coreml', 'webgpu']

const stays: readonly Settings['keepModels'][] = ['idle', 'keep', 'after-use']
const precisions: readonly Settings['precision'][] = ['auto', 'exact', 'balanced', 'fast', 'small']

/** Where the drawing runs. What this computer does not have is shown and switched off. */
export function HardwareSettings() {
  const { info, settings, changeSettings } = useStudio()
  const { t, bytes, duration } = useLocale()
  const model = useCurrentModel()
  const value = useStore(settings)
  const runtime = useStore(info)?.runtime
  const precisionHint = (precision: Settings['precision']): string => {
    const cost = t(`settings.precisionCost.${precision}`)
    const time = precision === 'auto' ? undefined : model?.millisecondsByPrecision?.[precision]
    return time === undefined || !model
      ? cost
      : `${cost} ${t('settings.precisionMeasured', { model: model.name, time: duration(time) })}`
  }
  const providerHint = (provider: Settings['executionProvider'], present: boolean): string | undefined => {
    if (provider === 'auto') return t('settings.providerHint.auto')
    if (provider === 'webgpu' && present) return t('settings.providerHint.webgpu')
    // What is there is known once ONNX Runtime has started.
    if (present || provider === 'cpu' || !runtime?.onnxRuntime) return undefined
    return t(`settings.providerMissing.${provider}`)
  }
  return (
    <SettingsSection
      name="hardware"
      settings={['executionProvider', 'precision', 'threads', 'memoryCeiling', 'keepModels']}
    >
      <Choice
        legend={t('settings.provider')}
        value={value.executionProvider}
        options={providers.map((provider) => {
          const present =
            provider === 'auto' || provider === 'cpu' || (runtime?.providers.includes(provider) ?? false)
          return {
            value: provider,
            label: t(`settings.provider.${provider}`),
            disabled: !present,
            hint: providerHint(provider, present),
          }
        })}
        onChoose={(executionProvider) => void changeSettings({ executionProvider })}
      />
      <Choice
        legend={t('settings.precision')}
        value={value.precision}
        options={precisions.map((one) => ({
          value: one,
          label: t(`settings.precision.${one}`),
          hint: precisionHint(one),
        }))}
        onChoose={(precision) => void changeSettings({ precision })}
      />
      <p className="field-hint">{t('settings.precisionHint')}</p>
      <div className="settings-pair">
        <NumberField
          label={t('settings.threads')}
          value={value.threads}
          minimum={0}
          maximum={256}
          hint={t('settings.threadsHint', { count: runtime?.threads ?? 0 })}
          onCommit={(threads) => void changeSettings({ threads: Math.round(threads) })}
        />
        <NumberField
          label={t('settings.memory')}
          value={value.memoryCeiling}
          minimum={0}
          maximum={4096}
          step={0.5}
          hint={t('settings.memoryHint', {
            free: bytes(runtime?.memoryFree ?? 0),
            total: bytes(runtime?.memory ?? 0),
          })}
          onCommit={(memoryCeiling) => void changeSettings({ memoryCeiling })}
        />
      </div>
      <Choice
        legend={t('settings.keepModels')}
        value={value.keepModels}
        options={stays.map((one) => ({
          value: one,
          label: t(`settings.keepModels.${one}`),
          hint: t(`settings.keepModelsHint.${one}`),
        }))}
        onChoose={(keepModels) => void changeSettings({ keepModels })}
      />
      <Benchmark />
    </SettingsSection>
  )
}
