import { SlidersHorizontal, Sparkles, Square } from 'lucide-react'
import { Button, IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { runningJob } from '../state/job-list'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { CountStepper } from './count-stepper'
import { seedIsGood } from './create-draft'
import { useCurrentModel } from './current-model'
import { forecast } from './forecast'
import { useIgnoredWords } from './ignored-words'
import { ImageChip } from './image-chip'
import { ModelChip } from './model-chip'
import { PromptBox } from './prompt-box'
import { ShapeChip } from './shape-chip'
import { StyleChip } from './style-chip'
import { useSubmit } from './submit'

/** One box, its chips, and the one button. */
export function Composer({ onPick }: { onPick: () => void }) {
  const { api, create, jobs } = useStudio()
  const { t, list } = useLocale()
  const draft = useStore(create)
  const model = useCurrentModel()
  const running = useSelected(jobs, (all) => runningJob(all)?.id ?? null)
  const ignored = useIgnoredWords(model?.id, draft.prompt)
  const submit = useSubmit()
  const wordless = draft.prompt.trim() === '' && !draft.image && draft.style === ''
  const impossible = !model || wordless || !seedIsGood(draft.seed)

  return (
    <section className="composer" aria-label={t('create.title')}>
      <PromptBox ignored={ignored} />
      <p id="prompt-notes" className="composer-ignored" aria-live="polite">
        {ignored.length > 0 &&
          t('create.ignored', { count: ignored.length, words: list(ignored.map((word) => `“${word}”`)) })}
      </p>
      <div className="composer-bar">
        <div className="composer-chips">
          <ModelChip model={model} />
          <ShapeChip model={model} />
          <CountStepper />
          <StyleChip />
          <ImageChip model={model} onPick={onPick} />
        </div>
        <div className="composer-actions">
          {model && <Forecast />}
          <IconButton
            icon={SlidersHorizontal}
            label={t('create.advanced')}
            aria-expanded={draft.drawer}
            className={draft.drawer ? 'lit' : ''}
            onClick={() => create.change((now) => ({ ...now, drawer: !now.drawer }))}
          />
          {running !== null && (
            <Button
              icon={Square}
              label={t('create.stop')}
              onClick={() => void api.call('jobs.cancel', { id: running })}
            />
          )}
          <Button
            tone="primary"
            icon={Sparkles}
            className="generate"
            label={t(running === null ? 'create.generate' : 'create.generateMore')}
            aria-keyshortcuts="Control+Enter"
            title={wordless ? t('create.needsPrompt') : undefined}
            disabled={impossible}
            onClick={() => void submit()}
          />
        </div>
      </div>
    </section>
  )
}

function Forecast() {
  const { create } = useStudio()
  const { t, duration, bytes } = useLocale()
  const draft = useStore(create)
  const model = useCurrentModel()
  if (!model) return null
  const milliseconds = forecast(draft, model)
  const memory = model.passport.memoryNeeded
  if (milliseconds === undefined) return <span className="forecast">{t('create.forecastUnknown')}</span>
  const time = duration(milliseconds)
  return (
    <span className="forecast">
      {memory === undefined
        ? t('create.forecast', { time })
        : t('create.forecastMemory', { time, memory: bytes(memory) })}
    </span>
  )
}
