import { ImagePlus, X } from 'lucide-react'
import { type ControlUse, maximumControls } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { media } from '../api'
import { Button, IconButton } from '../components/button'
import { Field, Slider, Switch } from '../components/fields'
import { usePickPicture } from '../components/pick-picture'
import { useLocale } from '../locales/context'
import { useBringIn } from '../state/bring-in'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { takes } from './guidance-draft'

/** Pictures whose edges, depth or pose the new one follows. */
export function ControlFields({ model }: { model: Model }) {
  const { create, models } = useStudio()
  const { t } = useLocale()
  const bringIn = useBringIn()
  const controls = useSelected(create, (draft) => draft.controls)
  const guessMode = useSelected(create, (draft) => draft.guessMode)
  const nets = (useStore(models) ?? []).filter(
    ({ state, passport }) =>
      state === 'ready' && passport.kind === 'controlnet' && passport.family === model.passport.family,
  )
  const own = model.limits?.ownControl === true
  const able = own || nets.length > 0
  const set = (next: ControlUse[]) => create.change((draft) => ({ ...draft, controls: next }))
  const pick = usePickPicture((file) => {
    void bringIn(file).then((picture) => {
      if (!picture) return
      const control: ControlUse = {
        image: picture.id,
        ...(own ? {} : { model: nets[0]?.id }),
        scale: 1,
        start: 0,
        end: 1,
        resize: 'crop',
        preprocess: 'canny',
      }
      create.change((draft) => ({ ...draft, controls: [...draft.controls, control] }))
    })
  })
  if (!takes(model, 'controls')) return null

  return (
    <div className="stack tight" role="group" aria-label={t('controls.title')}>
      <div className="row spread control-title">
        <span className="field-label">{t('controls.title')}</span>
        <Button
          icon={ImagePlus}
          label={t('controls.add')}
          disabled={!able || controls.length >= maximumControls}
          onClick={pick.open}
        />
      </div>
      <p className="field-hint">{t(able ? 'controls.hint' : 'controls.none')}</p>
      {controls.map((control, index) => (
        <Control
          // Rows have no name of their own, and the same picture may be used twice.
          key={`${index} ${control.image}`}
          control={control}
          number={index + 1}
          nets={nets}
          own={own}
          onChange={(part) => set(controls.map((one, at) => (at === index ? { ...one, ...part } : one)))}
          onRemove={() => set(controls.filter((_, at) => at !== index))}
        />
      ))}
      {controls.length > 0 && (
        <Switch
          label={t('controls.guess')}
          hint={t('controls.guessHint')}
          checked={guessMode}
          onChange={(on) => create.change((draft) => ({ ...draft, guessMode: on }))}
        />
      )}
      {pick.element}
    </div>
  )
}

type ControlProps = {
  control: ControlUse
  number: number
  nets: readonly Model[]
  own: boolean
  onChange: (part: Partial<ControlUse>) => void
  onRemove: () => void
}

function Control({ control, number: place, nets, own, onChange, onRemove }: ControlProps) {
  const { t, number, percent } = useLocale()
  const known = control.model === undefined ? own : nets.some(({ id }) => id === control.model)
  return (
    <div className="control-use" role="group" aria-label={t('controls.one', { number: number(place) })}>
      <div className="row">
        <img
          src={media.thumbnail(control.image, 128)}
          alt={t('controls.picture', { number: number(place) })}
        />
        <span className="grow field-label">{t('controls.one', { number: number(place) })}</span>
        <IconButton
          icon={X}
          size={16}
          label={t('controls.remove', { number: number(place) })}
          onClick={onRemove}
        />
      </div>
      <Field label={t('controls.net')} hint={known ? undefined : t('controls.absent')}>
        {({ id, describedBy }) => (
          <select
            id={id}
            className="text-input"
            aria-describedby={describedBy}
            value={control.model ?? ''}
            onChange={(event) => onChange({ model: event.currentTarget.value || undefined })}
          >
            {own && <option value="">{t('controls.own')}</option>}
            {!known && <option value={control.model ?? ''}>{control.model ?? '—'}</option>}
            {nets.map((net) => (
              <option key={net.id} value={net.id}>
                {net.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('controls.preprocess')}>
        {({ id }) => (
          <select
            id={id}
            className="text-input"
            value={control.preprocess}
            onChange={(event) =>
              onChange({ preprocess: event.currentTarget.value as ControlUse['preprocess'] })
            }
          >
            <option value="canny">{t('controls.canny')}</option>
            <option value="none">{t('controls.asIs')}</option>
          </select>
        )}
      </Field>
      <Slider
        label={t('controls.scale')}
        value={control.scale}
        minimum={0}
        maximum={2}
        step={0.05}
        shown={number(control.scale)}
        onChange={(scale) => onChange({ scale })}
      />
      <Slider
        label={t('controls.start')}
        value={control.start}
        minimum={0}
        maximum={1}
        step={0.05}
        shown={percent(control.start)}
        onChange={(start) => onChange({ start, end: Math.max(start, control.end) })}
      />
      <Slider
        label={t('controls.end')}
        value={control.end}
        minimum={0}
        maximum={1}
        step={0.05}
        shown={percent(control.end)}
        onChange={(end) => onChange({ end, start: Math.min(end, control.start) })}
      />
    </div>
  )
}
