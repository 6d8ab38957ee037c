import { Brush, Contrast, Eraser, Trash2 } from 'lucide-react'
import { IconButton } from '../components/button'
import { Slider, Switch } from '../components/fields'
import { useLocale } from '../locales/context'
import type { Editing } from './editing'

export type BrushState = { size: number; erase: boolean }

type MaskToolsProps = { editing: Editing; brush: BrushState; onBrush: (brush: BrushState) => void }

/** What a mask is painted with, on the stage beside the picture: in reach wherever the panel is scrolled to. */
export function BrushPalette({ editing, brush, onBrush }: MaskToolsProps) {
  const { t } = useLocale()
  return (
    <div className="brush-palette" role="toolbar" aria-label={t('edit.painting')} aria-orientation="vertical">
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
        onClick={() => editing.paint({ kind: 'invert' })}
      />
      <IconButton icon={Trash2} label={t('edit.clear')} onClick={() => editing.paint({ kind: 'clear' })} />
    </div>
  )
}

/** How wide the brush is; the rest is on the stage. */
export function BrushTools({ brush, onBrush }: MaskToolsProps) {
  const { t } = useLocale()
  return (
    <Slider
      label={t('edit.brushSize')}
      value={brush.size}
      minimum={4}
      maximum={512}
      shown={t('edit.pixels', { value: brush.size })}
      onChange={(size) => onBrush({ ...brush, size })}
    />
  )
}

export function MaskTools({ editing, brush, onBrush }: MaskToolsProps) {
  const { t } = useLocale()
  const { feather, onlyMasked, padding } = editing.draft
  const pixels = (value: number) => t('edit.pixels', { value })
  return (
    <div className="stack">
      <p className="field-hint">{t('edit.maskHint')}</p>
      <BrushTools editing={editing} brush={brush} onBrush={onBrush} />
      <Slider
        label={t('edit.feather')}
        value={feather}
        minimum={0}
        maximum={64}
        shown={pixels(feather)}
        onChange={(value) => editing.set({ feather: value })}
      />
      <Switch
        label={t('edit.onlyMasked')}
        checked={onlyMasked}
        onChange={(value) => editing.set({ onlyMasked: value })}
      />
      {onlyMasked && (
        <Slider
          label={t('edit.padding')}
          value={padding}
          minimum={0}
          maximum={256}
          step={8}
          shown={pixels(padding)}
          onChange={(value) => editing.set({ padding: value })}
        />
      )}
    </div>
  )
}
