import { WandSparkles } from 'lucide-react'
import { type RestorePart, restorePartSchema, restoreParts } from '../../contract/generation'
import { Button } from '../components/button'
import { Field, Slider, Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import type { Editing } from './editing'
import { type BrushState, BrushTools } from './mask-tools'
import type { Centre } from './use-restore-preview'

export type RestoreWishes = { strength: number } & Record<(typeof restoreParts)[number], RestorePart>

type RestorePanelProps = {
  editing: Editing
  brush: BrushState
  onBrush: (brush: BrushState) => void
  ready: boolean
  restoring: Restoring
  onRestoring: (restoring: Restoring) => void
  onRestore: (wishes: RestoreWishes) => void
}

/** What is set; `shows`: the stage shows what that would do, from the panel's opening or a change until it is done. */
export type Restoring = { open: boolean; shows: boolean; wishes: RestoreWishes; centre: Centre }

export const firstRestoring: Restoring = {
  open: false,
  shows: false,
  wishes: { strength: 1, noise: 'auto', jpeg: 'auto', colour: 'auto' },
  centre: { x: 0.5, y: 0.5 },
}

/** Restoring in its parts: each by itself where it is needed, always or never, and scratches under the brush. */
export function RestorePanel(props: RestorePanelProps) {
  const { editing, brush, onBrush, ready, restoring, onRestoring, onRestore } = props
  const { t, percent } = useLocale()
  const { wishes } = restoring
  const setWishes = (next: RestoreWishes) => onRestoring({ ...restoring, shows: true, wishes: next })
  const scratches = editing.tool === 'scratches'
  return (
    <details
      className="restore-panel"
      open={restoring.open}
      onToggle={({ currentTarget: { open } }) => {
        if (open !== restoring.open) onRestoring({ ...restoring, open, shows: open })
      }}
    >
      <summary>{t('edit.restore')}</summary>
      <div className="stack">
        <p className="field-hint">{t('edit.restore.hint')}</p>
        <Slider
          label={t('edit.restore.strength')}
          value={wishes.strength}
          minimum={0}
          maximum={1}
          step={0.05}
          shown={percent(wishes.strength)}
          ends={[t('edit.keep'), t('edit.restore.full')]}
          onChange={(strength) => setWishes({ ...wishes, strength })}
        />
        <div className="restore-parts">
          {restoreParts.map((part) => (
            <Field key={part} label={t(`edit.restore.${part}`)}>
              {({ id }) => (
                <select
                  id={id}
                  className="text-input"
                  value={wishes[part]}
                  onChange={(event) =>
                    setWishes({ ...wishes, [part]: restorePartSchema.parse(event.currentTarget.value) })
                  }
                >
                  {restorePartSchema.options.map((choice) => (
                    <option key={choice} value={choice}>
                      {t(`edit.restore.choice.${choice}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ))}
        </div>
        <Switch
          label={t('edit.restore.scratches')}
          hint={t(scratches ? 'edit.restore.scratchesPainting' : 'edit.restore.scratchesHint')}
          checked={scratches}
          onChange={(on) => editing.setTool(on ? 'scratches' : 'none')}
        />
        {scratches && <BrushTools editing={editing} brush={brush} onBrush={onBrush} />}
        <Button
          icon={WandSparkles}
          label={t('edit.restore.run')}
          disabled={!ready}
          onClick={() => onRestore(wishes)}
        />
      </div>
    </details>
  )
}
