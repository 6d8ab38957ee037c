import { Check, Gauge, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Model } from '../../contract/model'
import { Button, IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { ExportModelDialog, exportable } from './export-model-dialog'
import { OverrideDialog, overridable } from './override-dialog'
import { RemoveModelDialog } from './remove-model-dialog'
import { useTaskModel } from './use-task-model'

const testable = ['text-to-image', 'inpaint', 'upscale', 'restore', 'face', 'cutout'] as const

export function ModelActions({ model }: { model: Model }) {
  const { api, info, toasts } = useStudio()
  const { t } = useLocale()
  const [asking, setAsking] = useState<'remove' | 'export' | 'override' | null>(null)
  const reveal = useSelected(info, (value) => value?.capabilities.reveal ?? false)
  const usual = useTaskModel(model)
  const { passport } = model
  const test = async () => {
    const answer = await api.call('models.test', { id: model.id })
    if (!answer.ok) toasts.fail(answer.failure)
  }
  const close = () => setAsking(null)
  return (
    <footer className="row wrap">
      {usual?.chosen && (
        <span className="row model-used">
          <Check size={16} aria-hidden="true" />
          {t(`models.usual.${usual.task}`)}
        </span>
      )}
      {usual?.release && <Button tone="quiet" label={t('models.notUsual')} onClick={usual.release} />}
      {usual && !usual.chosen && (
        <Button label={t(`models.makeUsual.${usual.task}`)} onClick={usual.choose} />
      )}
      {model.state === 'ready' && testable.some((can) => passport.capabilities.includes(can)) && (
        <Button
          icon={Gauge}
          label={t('models.test')}
          title={t('models.testHint')}
          onClick={() => void test()}
        />
      )}
      {overridable(model) && <Button label={t('override.open')} onClick={() => setAsking('override')} />}
      {reveal && model.state !== 'missing' && (
        <Button
          label={t('models.reveal')}
          onClick={() => void api.call('host.reveal', { path: passport.path })}
        />
      )}
      {exportable(model) && <Button label={t('models.export')} onClick={() => setAsking('export')} />}
      <span className="grow" />
      {!model.builtIn && (
        <IconButton
          icon={Trash2}
          label={`${t('models.removeAny')}: ${model.name}`}
          onClick={() => setAsking('remove')}
        />
      )}
      {asking === 'export' && <ExportModelDialog model={model} onClose={close} />}
      {asking === 'override' && <OverrideDialog model={model} onClose={close} />}
      {asking === 'remove' && <RemoveModelDialog model={model} onClose={close} />}
    </footer>
  )
}
