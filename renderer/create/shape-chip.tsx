import { ArrowLeftRight, RectangleHorizontal, RectangleVertical, Square } from 'lucide-react'
import type { Model } from '../../contract/model'
import { IconButton } from '../components/button'
import { Choice } from '../components/choice'
import { NumberField } from '../components/fields'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { type Size, shapeNames, shapeOf, sizeOf, toGrid } from './shapes'

/** The shape of the picture. What the model cannot draw is shown and switched off, with the reason. */
export function ShapeChip({ model }: { model: Model | undefined | null }) {
  const { create } = useStudio()
  const { t } = useLocale()
  const chosen = useSelected(create, (draft) => draft.size)
  const limits = model?.limits
  if (!limits) return null
  const size = chosen ?? { width: limits.defaultWidth, height: limits.defaultHeight }
  const shape = shapeOf(size, limits)
  const shown = t('common.pixels', size)
  const set = (next: Size) => create.change((draft) => ({ ...draft, size: toGrid(next, limits) }))
  const fixed = limits.minimum === limits.maximum
  const reason = fixed
    ? t('create.shape.only', { width: limits.maximum, height: limits.maximum })
    : t('create.shape.range', limits)
  const Icon =
    size.width === size.height ? Square : size.width > size.height ? RectangleHorizontal : RectangleVertical

  return (
    <Popover
      className="chip"
      label={t('create.shapeChip', { name: shown })}
      trigger={
        <>
          <Icon size={15} aria-hidden="true" />
          <span>{shown}</span>
        </>
      }
    >
      <div className="stack">
        <Choice
          legend={t('create.shape')}
          value={shape ?? 'custom'}
          options={shapeNames.map((name) => {
            const of = sizeOf(name, limits)
            return {
              value: name,
              label: t(`create.shape.${name}`),
              hint: of && t('common.pixels', of),
              disabled: of === undefined,
            }
          })}
          onChoose={(name) => {
            const of = sizeOf(shapeNames.find((known) => known === name) ?? 'square', limits)
            if (of) set(of)
          }}
        />
        {!fixed && (
          <div className="row size-fields">
            <NumberField
              label={t('create.width')}
              value={size.width}
              minimum={limits.minimum}
              maximum={limits.maximum}
              step={limits.multiple}
              onCommit={(width) => set({ ...size, width })}
            />
            <IconButton
              icon={ArrowLeftRight}
              label={t('create.swap')}
              onClick={() => set({ width: size.height, height: size.width })}
            />
            <NumberField
              label={t('create.height')}
              value={size.height}
              minimum={limits.minimum}
              maximum={limits.maximum}
              step={limits.multiple}
              onCommit={(height) => set({ ...size, height })}
            />
          </div>
        )}
        <p className="field-hint">{reason}</p>
      </div>
    </Popover>
  )
}
