import { Brush, Contrast, Eraser, Redo2, Trash2, Undo2 } from 'lucide-react'
import { useEffect } from 'react'
import { IconButton } from '../components/button'
import { Slider, Switch } from '../components/fields'
import { useCommands } from '../keys/use-commands'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { type MaskHistory, act, redo, resizeBrush, undo } from './mask-history'

export type BrushState = { size: number; erase: boolean }

type MaskToolsProps = {
  brush: BrushState
  onBrush: (brush: BrushState) => void
  history: MaskHistory
  onHistory: (history: MaskHistory) => void
}

export function MaskTools({ brush, onBrush, history, onHistory }: MaskToolsProps) {
  const { edit } = useStudio()
  const { t } = useLocale()
  const { feather, onlyMasked, padding } = useStore(edit)

  const commandOf = useCommands('edit')
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLTextAreaElement) return
      const command = commandOf(event)
      if (command === 'brushSmaller') onBrush({ ...brush, size: resizeBrush(brush.size, -1) })
      else if (command === 'brushLarger') onBrush({ ...brush, size: resizeBrush(brush.size, 1) })
      else if (command === 'undo') onHistory(undo(history))
      else if (command === 'redo') onHistory(redo(history))
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [brush, history, onBrush, onHistory, commandOf])

  const pixels = (value: number) => t('edit.pixels', { value })
  return (
    <div className="stack">
      <p className="field-hint">{t('edit.maskHint')}</p>
      <div className="row wrap mask-tools" role="toolbar" aria-label={t('edit.mask')}>
        <IconButton
          icon={Brush}
          label={t('edit.brush')}
          pressed={!brush.erase}
          onClick={() => onBrush({ ...brush, erase: false })}
        />
        <IconButton
          icon={Eraser}
          label={t('edit.eraser')}
          pressed={brush.erase}
          onClick={() => onBrush({ ...brush, erase: true })}
        />
        <IconButton
          icon={Contrast}
          label={t('edit.invert')}
          onClick={() => onHistory(act(history, { kind: 'invert' }))}
        />
        <IconButton
          icon={Trash2}
          label={t('edit.clear')}
          onClick={() => onHistory(act(history, { kind: 'clear' }))}
        />
        <IconButton
          icon={Undo2}
          label={t('common.undo')}
          disabled={history.done.length === 0}
          onClick={() => onHistory(undo(history))}
        />
        <IconButton
          icon={Redo2}
          label={t('common.redo')}
          disabled={history.undone.length === 0}
          onClick={() => onHistory(redo(history))}
        />
      </div>
      <Slider
        label={t('edit.brushSize')}
        value={brush.size}
        minimum={4}
        maximum={512}
        shown={pixels(brush.size)}
        onChange={(size) => onBrush({ ...brush, size })}
      />
      <Slider
        label={t('edit.feather')}
        value={feather}
        minimum={0}
        maximum={64}
        shown={pixels(feather)}
        onChange={(value) => edit.change((draft) => ({ ...draft, feather: value }))}
      />
      <Switch
        label={t('edit.onlyMasked')}
        checked={onlyMasked}
        onChange={(value) => edit.change((draft) => ({ ...draft, onlyMasked: value }))}
      />
      {onlyMasked && (
        <Slider
          label={t('edit.padding')}
          value={padding}
          minimum={0}
          maximum={256}
          step={8}
          shown={pixels(padding)}
          onChange={(value) => edit.change((draft) => ({ ...draft, padding: value }))}
        />
      )}
    </div>
  )
}
