import { Rows3, X } from 'lucide-react'
import { useId } from 'react'
import type { Model } from '../../contract/model'
import { samplerName } from '../../contract/sampler-names'
import { Button } from '../components/button'
import { Field } from '../components/fields'
import { TextField } from '../components/text-field'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { draws } from './current-model'
import { useStyles } from './own-styles'
import { type SeriesAxis, firstSeries, isTicked, seriesAxes } from './series-draft'
import { type Cells, cellsOf } from './series'

/** The pictures of the series that is set up, or why there are none; null without a series. */
export function useCells(model: Model | undefined | null): Cells | null {
  const { create, models } = useStudio()
  const { language } = useLocale()
  const draft = useStore(create)
  const list = useStore(models) ?? []
  const styles = useStyles()
  if (!draft.series || !model) return null
  return cellsOf(draft.series, draft, { model, models: list, styles, language })
}

/** A series: pictures that differ in one thing. */
export function SeriesChip({ model }: { model: Model | undefined | null }) {
  const { create } = useStudio()
  const { t } = useLocale()
  const { series } = useStore(create)
  const cells = useCells(model)
  const set = (next: typeof series) => create.change((draft) => ({ ...draft, series: next }))
  const count = cells && 'cells' in cells ? cells.cells.length : 0
  const now = series ?? firstSeries
  const label = series ? t('series.chipOn', { count }) : t('series.chip')

  return (
    <Popover
      className={`chip ${series ? 'on' : 'terse'}`}
      panelClassName="series-panel"
      label={label}
      trigger={
        <>
          <Rows3 size={15} aria-hidden="true" />
          <span>{series ? t('series.count', { count }) : t('series.chip')}</span>
        </>
      }
    >
      <div className="stack">
        <p className="field-hint">{t('series.text')}</p>
        <Field label={t('series.axis')}>
          {({ id }) => (
            <select
              id={id}
              className="text-input"
              value={now.axis}
              onChange={(event) =>
                set({ axis: event.currentTarget.value as SeriesAxis, text: '', chosen: [] })
              }
            >
              {seriesAxes.map((axis) => (
                <option key={axis} value={axis}>
                  {t(`series.axis.${axis}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {isTicked(now.axis) ? (
          <Ticks
            axis={now.axis}
            model={model}
            chosen={now.chosen}
            onChange={(chosen) => set({ ...now, chosen })}
          />
        ) : (
          <TextField
            label={t('series.values')}
            hint={t(`series.values.${kindOf(now.axis)}`)}
            autoComplete="off"
            spellCheck={false}
            value={now.text}
            onChange={(text) => set({ ...now, text })}
          />
        )}
        <div className="row spread series-foot">
          <span className="small soft" role="status">
            {series &&
              cells &&
              ('problem' in cells ? t(`series.problem.${cells.problem}`) : t('series.count', { count }))}
          </span>
          {series && <Button icon={X} label={t('series.stop')} onClick={() => set(null)} />}
        </div>
      </div>
    </Popover>
  )
}

const kindOf = (axis: SeriesAxis) => (axis === 'seed' || axis === 'replace' ? axis : 'numbers')

type TicksProps = {
  axis: SeriesAxis
  model: Model | undefined | null
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

function Ticks({ axis, model, chosen, onChange }: TicksProps) {
  const { models } = useStudio()
  const { t, language } = useLocale()
  const list = useStore(models) ?? []
  const styles = useStyles()
  const name = useId()
  const options =
    axis === 'sampler'
      ? (model?.limits?.schedulers ?? []).map((id) => ({
          id,
          label: id === 'auto' ? t('common.auto') : samplerName(id),
        }))
      : axis === 'style'
        ? styles.map((style) => ({ id: style.id, label: style.name[language] }))
        : list
            .filter((one) => one.state === 'ready' && draws(one))
            .map((one) => ({ id: one.id, label: one.name }))
  return (
    <fieldset className="ticks">
      <legend className="field-label">{t('series.values')}</legend>
      {options.map(({ id, label }) => (
        <label key={id} className="tick">
          <input
            type="checkbox"
            name={name}
            checked={chosen.includes(id)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
