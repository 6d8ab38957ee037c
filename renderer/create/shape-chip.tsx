import { ArrowLeftRight, Link2, Link2Off, RectangleHorizontal, RectangleVertical, Square } from 'lucide-react'
import { finishScale } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { IconButton } from '../components/button'
import { Choice } from '../components/choice'
import { NumberField } from '../components/fields'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useImage } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { startOf } from './create-draft'
import { isTooMuch, itemsOf, useForecast } from './forecast'
import { type Size, drawnSize, shapeNames, shapeOf, sizeOf, toGrid, withRatio } from './shapes'

/** The shape of the picture. What the model cannot draw is shown and switched off, with the reason. */
export function ShapeChip({ model }: { model: Model | undefined | null }) {
  const { create } = useStudio()
  const { t } = useLocale()
  const draft = useStore(create)
  const limits = model?.limits
  const start = model ? startOf(draft, model) : null
  const source = useImage(start?.id).value
  if (!limits) return null
  const { shapeLocked } = draft
  const size = drawnSize(draft.size, limits, source)
  const shape = shapeOf(size, limits)
  const scale = finishScale(draft.finish === 'auto' ? model.finish : draft.finish)
  const drawn = t('common.pixels', size)
  const shown = scale > 1 ? t('create.shapeEnlarged', { shape: drawn, scale }) : drawn
  const set = (next: Size) => create.change((now) => ({ ...now, size: toGrid(next, limits) }))
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
        <ShapeChoice model={model} shape={shape} onChoose={set} />
        {!fixed && (
          <div className="row size-fields">
            <NumberField
              label={t('create.width')}
              value={size.width}
              minimum={limits.minimum}
              maximum={limits.maximum}
              step={limits.multiple}
              onCommit={(width) => set(shapeLocked ? withRatio(size, { width }, limits) : { ...size, width })}
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
              onCommit={(height) =>
                set(shapeLocked ? withRatio(size, { height }, limits) : { ...size, height })
              }
            />
            <IconButton
              icon={shapeLocked ? Link2 : Link2Off}
              label={t('shape.lock')}
              pressed={shapeLocked}
              onClick={() => create.change((now) => ({ ...now, shapeLocked: !now.shapeLocked }))}
            />
          </div>
        )}
        <p className="field-hint">{reason}</p>
      </div>
    </Popover>
  )
}

type ShapeChoiceProps = { model: Model; shape: string | undefined; onChoose: (size: Size) => void }

/** What cannot be made here is there, switched off, with the reason. */
function ShapeChoice({ model, shape, onChoose }: ShapeChoiceProps) {
  const { create } = useStudio()
  const { t, bytes } = useLocale()
  const draft = useStore(create)
  const { limits } = model
  const largest = shapeNames
    .map((name) => limits && sizeOf(name, limits))
    .filter((size) => size !== undefined)
    .toSorted((one, other) => other.width * other.height - one.width * one.height)[0]
  // All shapes of a model have about as many pixels: one question tells of them all.
  const forecast = useForecast(largest ? itemsOf({ ...draft, size: largest }, model, null) : [])
  if (!limits) return null
  const tooLarge = forecast !== null && isTooMuch(forecast)
  const why = tooLarge
    ? t('shape.tooLarge', {
        needed: bytes(forecast.memory ?? 0),
        limit: bytes(forecast.memoryLimit),
      })
    : undefined
  return (
    <Choice
      legend={t('create.shape')}
      value={shape ?? 'custom'}
      options={shapeNames.map((name) => {
        const of = sizeOf(name, limits)
        return {
          value: name,
          label: t(`create.shape.${name}`),
          hint: of && (why ?? t('common.pixels', of)),
          disabled: of === undefined || tooLarge,
        }
      })}
      onChoose={(name) => {
        const of = sizeOf(shapeNames.find((known) => known === name) ?? 'square', limits)
        if (of) onChoose(of)
      }}
    />
  )
}
