import { Sparkles } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Image } from '../../contract/image'
import type { Capability, Model } from '../../contract/model'
import type { QuickAction } from '../../contract/quick-action'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Field, Slider } from '../components/fields'
import { useAriaKeys } from '../keys/use-commands'
import { useLocale } from '../locales/context'
import { EditAdvanced } from './edit-advanced'
import { EditPrompt } from './edit-prompt'
import type { Editing } from './editing'
import { type Frame, firstFrame } from './face-frame'
import { FaceTools, type FaceWishes } from './face-tools'
import { ExtendTools } from './extend-tools'
import { type BrushState, MaskTools } from './mask-tools'
import { QuickActions } from './quick-actions'
import { RestorePanel, type RestoreWishes, type Restoring } from './restore-panel'

export type EditLack = 'margins' | 'paint' | 'words'

type EditPanelProps = {
  image: Image
  models: readonly Model[]
  painters: readonly Model[]
  painter: Model | undefined
  inpaints: boolean
  editing: Editing
  brush: BrushState
  onBrush: (brush: BrushState) => void
  ready: boolean
  /** why it is not, where the person can do something about it */
  lacks: EditLack | null
  onAction: (action: QuickAction) => void
  onApply: () => void
  /** no job runs on this picture */
  idle: boolean
  restoring: Restoring
  onRestoring: (restoring: Restoring) => void
  onRestore: (wishes: RestoreWishes) => void
  frame: Frame | null
  onFrame: (frame: Frame) => void
  onFace: (wishes: FaceWishes) => void
}

/** What can be done with the picture: one press, or in words with a strength, a painted part or new margins. */
export function EditPanel(props: EditPanelProps) {
  const { image, models, painters, painter, inpaints, editing, ready, lacks, onAction, onApply } = props
  const keys = useAriaKeys('generate')
  const { t, percent } = useLocale()
  const { draft, tool } = editing
  const can = (capability: Capability) =>
    models.some((model) => model.state === 'ready' && model.passport.capabilities.includes(capability))
  const applies = tool === 'paint' ? 'edit.applyMask' : tool === 'extend' ? 'edit.applyExtend' : 'edit.apply'

  // What a tool asks for is further down than where it may have been chosen.
  const words = useRef<HTMLElement>(null)
  useEffect(() => {
    if (tool === 'paint' || tool === 'extend') words.current?.scrollIntoView({ block: 'start' })
  }, [tool])

  return (
    <aside className="edit-panel" aria-label={t('edit.title')}>
      <QuickActions image={image} models={models} painter={painter} onAction={onAction} />
      {can('restore') && (
        <RestorePanel
          editing={editing}
          brush={props.brush}
          onBrush={props.onBrush}
          ready={props.idle}
          restoring={props.restoring}
          onRestoring={props.onRestoring}
          onRestore={props.onRestore}
        />
      )}
      {tool === 'face' && (
        <FaceTools
          image={image}
          frame={props.frame ?? firstFrame(image)}
          onFrame={props.onFrame}
          ready={props.idle && can('face')}
          onRun={props.onFace}
        />
      )}
      <section ref={words} className="stack edit-words" aria-label={t('edit.describe')}>
        <h2>{t('edit.describe')}</h2>
        {!painter && <p className="field-hint">{t('edit.unable.image')}</p>}
        {painters.length > 1 && (
          <Field label={t('edit.model')}>
            {({ id }) => (
              <select
                id={id}
                className="text-input"
                value={painter?.id ?? ''}
                // Another model begins with its own numbers.
                onChange={({ currentTarget: { value } }) =>
                  editing.write({ model: value, steps: null, guidanceScale: null })
                }
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
        <EditPrompt editing={editing} painter={painter} />
        {inpaints ? (
          <Choice
            legend={t('edit.tool')}
            look="segments"
            value={tool}
            options={[
              { value: 'none', label: t('edit.tool.none') },
              { value: 'paint', label: t('edit.mask') },
              { value: 'extend', label: t('edit.extend') },
            ]}
            onChoose={(next) => editing.setTool(next)}
          />
        ) : (
          painter && <p className="field-hint">{t('edit.unable.inpaint', { model: painter.name })}</p>
        )}
        {tool !== 'extend' && (
          <Slider
            label={t('edit.strength')}
            value={draft.strength}
            minimum={0.05}
            maximum={1}
            step={0.05}
            shown={percent(draft.strength)}
            ends={[t('edit.keep'), t('edit.change')]}
            disabled={!painter}
            onChange={(strength) => editing.set({ strength })}
          />
        )}
        {tool === 'paint' && inpaints && <MaskTools {...props} />}
        {tool === 'extend' && inpaints && <ExtendTools image={image} editing={editing} />}
        {painter && <EditAdvanced editing={editing} painter={painter} image={image} />}
        {lacks && (
          <p id="edit-lacks" className="field-hint">
            {t(`edit.lacks.${lacks}`)}
          </p>
        )}
        <Button
          tone="primary"
          icon={Sparkles}
          className="edit-apply"
          label={t(applies)}
          aria-describedby={lacks ? 'edit-lacks' : undefined}
          aria-keyshortcuts={keys}
          disabled={!ready}
          onClick={onApply}
        />
      </section>
    </aside>
  )
}
