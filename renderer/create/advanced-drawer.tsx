import { RotateCcw, X } from 'lucide-react'
import { finishSchema } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { samplerName } from '../../contract/sampler-names'
import { Button, IconButton } from '../components/button'
import { Field } from '../components/fields'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { endedJobs } from '../state/job-list'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { AdapterPicker } from './adapter-picker'
import { ControlFields } from './control-fields'
import { type CreateDraft, withSeedOf } from './create-draft'
import { GuidanceFields } from './guidance-fields'
import { ModelSliders } from './model-sliders'
import { NegativePromptField } from './negative-prompt'
import { SeedInput } from './seed-input'
import { VariationField } from './variation-field'

/** Everything beyond the prompt, in a drawer beside the canvas. */
export function AdvancedDrawer({ model }: { model: Model }) {
  const { create, models } = useStudio()
  const { t } = useLocale()
  const draft = useStore(create)
  const enlarges = useSelected(models, (list) =>
    (list ?? []).some((one) => one.state === 'ready' && one.passport.capabilities.includes('upscale')),
  )
  const { limits } = model
  const change = (part: Partial<CreateDraft>) => create.change((now) => ({ ...now, ...part }))

  return (
    <aside className="drawer" aria-label={t('create.advanced')}>
      <header className="row spread">
        <h2>{t('create.advanced')}</h2>
        <IconButton icon={X} label={t('common.close')} onClick={() => change({ drawer: false })} />
      </header>
      <ModelSliders model={model} steps={draft.steps} guidanceScale={draft.guidanceScale} onChange={change} />
      <Field label={t('create.sampler')}>
        {({ id }) => (
          <select
            id={id}
            className="text-input"
            value={draft.scheduler}
            onChange={(event) => change({ scheduler: event.currentTarget.value })}
          >
            <option value="auto">{t('common.auto')}</option>
            {limits?.schedulers
              .filter((one) => one !== 'auto')
              .map((scheduler) => (
                <option key={scheduler} value={scheduler}>
                  {samplerName(scheduler)}
                </option>
              ))}
          </select>
        )}
      </Field>
      <NegativePromptField
        model={model}
        guidance={draft.guidance}
        text={draft.negativePrompt}
        onWrite={(negativePrompt) => change({ negativePrompt })}
      />
      <SeedField />
      <VariationField />
      <AdapterPicker model={model} />
      <ControlFields model={model} />
      <GuidanceFields model={model} />
      <Field label={t('create.finish')} hint={enlarges ? undefined : t('create.finishMissing')}>
        {({ id, describedBy }) => (
          <select
            id={id}
            className="text-input"
            aria-describedby={describedBy}
            disabled={!enlarges}
            value={draft.finish}
            onChange={(event) => change({ finish: event.currentTarget.value as CreateDraft['finish'] })}
          >
            {finishSchema.options.map((finish) => (
              <option key={finish} value={finish}>
                {finish === 'auto'
                  ? t('create.finish.auto', { finish: t(`create.finish.${model.finish ?? 'none'}`) })
                  : t(`create.finish.${finish}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Button
        icon={RotateCcw}
        label={t('create.reset')}
        onClick={() =>
          change({
            steps: null,
            guidanceScale: null,
            scheduler: 'auto',
            size: null,
            finish: 'auto',
            clipSkip: 0,
            guidance: {},
            furtherPrompts: {},
          })
        }
      />
    </aside>
  )
}

/** The seed, with that of the last picture in reach. */
function SeedField() {
  const { create, incognito, jobs, library, shown } = useStudio()
  const seed = useSelected(create, (draft) => draft.seed)
  const lastPicture = useSelected(
    jobs,
    (list) =>
      endedJobs(list)
        // What only enlarged or mended a picture has no seed.
        .find((job) => job.request.kind === 'generate' && job.images.length > 0)
        ?.images.at(-1) ?? null,
  )
  const pinned = useStore(shown)
  const secret = useStore(incognito)
  const made = pinned ?? lastPicture
  // Jobs are cleared, pictures stay.
  const newest = useAnswer(
    'images.query',
    made === null && !secret ? { limit: 1, origins: ['made', 'edited'] } : undefined,
    useStore(library),
  )
  const of = made ?? newest.value?.tiles[0]?.id
  const last = useAnswer('images.get', of ? { id: of } : undefined)
  const seeded = last.value?.seed === undefined ? undefined : last.value
  return (
    <SeedInput
      seed={seed}
      onSeed={(next) => create.change((draft) => ({ ...draft, seed: next }))}
      onLast={seeded && (() => create.change((draft) => withSeedOf(draft, seeded)))}
    />
  )
}
