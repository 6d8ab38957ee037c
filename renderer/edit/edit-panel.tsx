import { Sparkles } from 'lucide-react'
import type { JobRequestInput } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'
import { Button } from '../components/button'
import { Field, Slider, Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import type { MaskHistory } from './mask-history'
import { type BrushState, MaskTools } from './mask-tools'
import { QuickActions } from './quick-actions'

type EditPanelProps = {
  image: Image
  models: readonly Model[]
  painters: readonly Model[]
  painter: Model | undefined
  painting: boolean
  onPainting: (painting: boolean) => void
  brush: BrushState
  onBrush: (brush: BrushState) => void
  history: MaskHistory
  onHistory: (history: MaskHistory) => void
  busy: boolean
  onRun: (request: JobRequestInput) => void
  onApply: () => void
}

/** What can be done with the picture: one press, or in words with a strength and a painted part. */
export function EditPanel(props: EditPanelProps) {
  const { image, models, painters, painter, painting, onPainting, busy, onRun, onApply } = props
  const { edit } = useStudio()
  const { t, percent } = useLocale()
  const draft = useStore(edit)
  const inpaints = painter?.passport.capabilities.includes('inpaint') ?? false

  return (
    <aside className="edit-panel" aria-label={t('edit.title')}>
      <QuickActions image={image} models={models} painter={painter} onRun={onRun} />
      <section className="stack" aria-label={t('edit.describe')}>
        <h2>{t('edit.describe')}</h2>
        {!painter && <p className="field-hint">{t('edit.unable.image')}</p>}
        {painters.length > 1 && (
          <Field label={t('edit.model')}>
            {({ id }) => (
              <select
                id={id}
                className="text-input"
                value={painter?.id ?? ''}
                onChange={(event) => {
                  const model = event.currentTarget.value
                  edit.change((now) => ({ ...now, model }))
                }}
              >
                {painters.map((model) => (
                  <option key={model.id} value={model.id}>
                    {model.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <textarea
          className="text-input"
          aria-label={t('edit.describe')}
          placeholder={t('edit.describePlaceholder')}
          rows={3}
          spellCheck={false}
          disabled={!painter}
          value={draft.prompt}
          onChange={(event) => {
            const prompt = event.currentTarget.value
            edit.change((now) => ({ ...now, prompt }))
          }}
        />
        <Slider
          label={t('edit.strength')}
          value={draft.strength}
          minimum={0.05}
          maximum={1}
          step={0.05}
          shown={percent(draft.strength)}
          ends={[t('edit.keep'), t('edit.change')]}
          disabled={!painter}
          onChange={(strength) => edit.change((now) => ({ ...now, strength }))}
        />
        {inpaints ? (
          <Switch label={t('edit.mask')} checked={painting} onChange={onPainting} />
        ) : (
          painter && <p className="field-hint">{t('edit.unable.inpaint', { model: painter.name })}</p>
        )}
        {painting && inpaints && <MaskTools {...props} />}
        <Button
          tone="primary"
          icon={Sparkles}
          label={t(painting && inpaints ? 'edit.applyMask' : 'edit.apply')}
          disabled={!painter || busy || draft.prompt.trim() === ''}
          onClick={onApply}
        />
      </section>
    </aside>
  )
}
