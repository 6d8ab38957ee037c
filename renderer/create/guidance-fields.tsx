import { RotateCcw } from 'lucide-react'
import type { Guidance } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { IconButton } from '../components/button'
import { Field, NumberField, Slider } from '../components/fields'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { FurtherPromptFields } from './further-prompts'
import { takes, without } from './guidance-draft'

const mostSkipped = 4
const promptLengths = [77, 128, 256, 512]
const largestSize = 16_384

/** What this model's family takes beyond the usual, and nothing else. */
export function GuidanceFields({ model }: { model: Model }) {
  const { create } = useStudio()
  const { t, number } = useLocale()
  const { clipSkip, guidance } = useStore(create)
  const set = (part: Guidance) =>
    create.change((draft) => ({ ...draft, guidance: { ...draft.guidance, ...part } }))
  const reset = (key: keyof Guidance) =>
    create.change((draft) => ({ ...draft, guidance: without(draft.guidance, key) }))
  if ((model.limits?.options ?? []).every((option) => option === 'controls')) return null

  return (
    <details className="more-options">
      <summary>{t('guidance.more')}</summary>
      <div className="stack">
        {takes(model, 'clip-skip') && (
          <Slider
            label={t('guidance.clipSkip')}
            value={clipSkip}
            minimum={0}
            maximum={mostSkipped}
            hint={t('guidance.clipSkipHint')}
            onChange={(skip) => create.change((draft) => ({ ...draft, clipSkip: skip }))}
          />
        )}
        {takes(model, 'guidance-rescale') && (
          <Slider
            label={t('guidance.rescale')}
            value={guidance.rescale ?? 0}
            minimum={0}
            maximum={1}
            step={0.05}
            shown={number(guidance.rescale ?? 0)}
            hint={t('guidance.rescaleHint')}
            onChange={(rescale) => (rescale === 0 ? reset('rescale') : set({ rescale }))}
          />
        )}
        {takes(model, 'true-guidance') && (
          <Slider
            label={t('guidance.true')}
            value={guidance.trueScale ?? 1}
            minimum={1}
            maximum={10}
            step={0.5}
            shown={number(guidance.trueScale ?? 1)}
            hint={t('guidance.trueHint')}
            onChange={(trueScale) => (trueScale === 1 ? reset('trueScale') : set({ trueScale }))}
          />
        )}
        {takes(model, 'guidance-truncation') && (
          <Slider
            label={t('guidance.truncation')}
            value={guidance.truncation ?? 1}
            minimum={0}
            maximum={1}
            step={0.05}
            shown={number(guidance.truncation ?? 1)}
            hint={t('guidance.truncationHint')}
            onChange={(truncation) => (truncation === 1 ? reset('truncation') : set({ truncation }))}
          />
        )}
        {takes(model, 'guidance-normalisation') && (
          <Slider
            label={t('guidance.normalisation')}
            value={guidance.normalisation ?? 0}
            minimum={0}
            maximum={2}
            step={0.1}
            shown={number(guidance.normalisation ?? 0)}
            hint={t('guidance.normalisationHint')}
            onChange={(value) => (value === 0 ? reset('normalisation') : set({ normalisation: value }))}
          />
        )}
        {takes(model, 'prompt-length') && (
          <Field label={t('guidance.promptLength')} hint={t('guidance.promptLengthHint')}>
            {({ id, describedBy }) => (
              <select
                id={id}
                className="text-input"
                aria-describedby={describedBy}
                value={guidance.promptLength ?? ''}
                onChange={(event) => {
                  const chosen = event.currentTarget.value
                  if (chosen === '') reset('promptLength')
                  else set({ promptLength: Number(chosen) })
                }}
              >
                <option value="">{t('common.auto')}</option>
                {promptLengths.map((length) => (
                  <option key={length} value={length}>
                    {number(length)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {takes(model, 'size-conditioning') && (
          <>
            <SizeFields model={model} of="sizes" />
            <SizeFields model={model} of="negativeSizes" />
          </>
        )}
        <FurtherPromptFields model={model} />
      </div>
    </details>
  )
}

/** SDXL's three sizes; what nobody touched is the picture's own. */
function SizeFields({ model, of }: { model: Model; of: 'sizes' | 'negativeSizes' }) {
  const { create } = useStudio()
  const { t } = useLocale()
  const { guidance, size } = useStore(create)
  const now = guidance[of]
  const own = {
    width: size?.width ?? model.limits?.defaultWidth ?? 1024,
    height: size?.height ?? model.limits?.defaultHeight ?? 1024,
  }
  const { original = own, crop = { left: 0, top: 0 }, target = own } = now ?? {}
  const set = (part: NonNullable<Guidance['sizes']>) =>
    create.change((draft) => ({
      ...draft,
      guidance: { ...draft.guidance, [of]: { original, crop, target, ...draft.guidance[of], ...part } },
    }))
  const reset = () => create.change((draft) => ({ ...draft, guidance: without(draft.guidance, of) }))
  const title = t(of === 'sizes' ? 'guidance.sizes' : 'guidance.negativeSizes')

  return (
    <fieldset className="size-conditioning">
      <legend className="row spread">
        <span>{title}</span>
        {now && <IconButton icon={RotateCcw} size={14} label={t('guidance.sizesReset')} onClick={reset} />}
      </legend>
      {of === 'sizes' && <p className="field-hint">{t('guidance.sizesHint')}</p>}
      <div className="size-grid">
        <NumberField
          label={t('guidance.originalWidth')}
          value={original.width}
          minimum={1}
          maximum={largestSize}
          onCommit={(width) => set({ original: { ...original, width } })}
        />
        <NumberField
          label={t('guidance.originalHeight')}
          value={original.height}
          minimum={1}
          maximum={largestSize}
          onCommit={(height) => set({ original: { ...original, height } })}
        />
        <NumberField
          label={t('guidance.cropLeft')}
          value={crop.left}
          minimum={0}
          maximum={largestSize}
          onCommit={(left) => set({ crop: { ...crop, left } })}
        />
        <NumberField
          label={t('guidance.cropTop')}
          value={crop.top}
          minimum={0}
          maximum={largestSize}
          onCommit={(top) => set({ crop: { ...crop, top } })}
        />
        <NumberField
          label={t('guidance.targetWidth')}
          value={target.width}
          minimum={1}
          maximum={largestSize}
          onCommit={(width) => set({ target: { ...target, width } })}
        />
        <NumberField
          label={t('guidance.targetHeight')}
          value={target.height}
          minimum={1}
          maximum={largestSize}
          onCommit={(height) => set({ target: { ...target, height } })}
        />
      </div>
    </fieldset>
  )
}
