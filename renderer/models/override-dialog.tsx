import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import type { Model, ModelOverride } from '../../contract/model'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { PlaceField } from '../components/place-field'

const families = ['', 'sd1', 'sd2', 'sdxl'] as const
const predictions = ['', 'epsilon', 'v', 'v-zero-snr'] as const

/** Models that a person can know better than their file tells: see modelOverrideSchema. */
export const overridable = ({ builtIn, state, passport, override }: Model): boolean =>
  !builtIn && state !== 'missing' && (passport.kind === 'pipeline' || override !== undefined)

/** What somebody knows of a model that its file does not say, or says wrongly. */
export function OverrideDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [family, setFamily] = useState<(typeof families)[number]>(model.override?.family ?? '')
  const [prediction, setPrediction] = useState<(typeof predictions)[number]>(model.override?.prediction ?? '')
  const [companion, setCompanion] = useState(model.override?.companion ?? '')
  const [failure, setFailure] = useState<Failure | null>(null)
  const save = async (override: ModelOverride | null) => {
    const answer = await api.call('models.override', { id: model.id, override })
    if (!answer.ok) return setFailure(answer.failure)
    toasts.show((now) =>
      now.t(answer.value.passport.runs ? 'override.runs' : 'override.runsNot', { name: model.name }),
    )
    onClose()
  }
  const said: ModelOverride = {
    ...(family !== '' && { family }),
    ...(prediction !== '' && { prediction }),
    ...(companion.trim() !== '' && { companion: companion.trim() }),
  }
  return (
    <Dialog
      title={t('override.title', { name: model.name })}
      onClose={onClose}
      footer={
        <>
          {model.override && <Button label={t('override.forget')} onClick={() => void save(null)} />}
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button tone="primary" label={t('override.save')} onClick={() => void save(said)} />
        </>
      }
    >
      <p className="soft">{t('override.text')}</p>
      <Choice
        legend={t('override.family')}
        look="segments"
        value={family}
        options={families.map((value) => ({
          value,
          label: value === '' ? t('override.fromFile') : t(`override.family.${value}`),
        }))}
        onChoose={setFamily}
      />
      <Choice
        legend={t('override.prediction')}
        look="segments"
        value={prediction}
        options={predictions.map((value) => ({
          value,
          label: value === '' ? t('override.fromFile') : t(`override.prediction.${value}`),
        }))}
        onChoose={setPrediction}
      />
      <PlaceField
        label={t('override.companion')}
        hint={t('override.companionHint')}
        value={companion}
        onChange={setCompanion}
      />
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
