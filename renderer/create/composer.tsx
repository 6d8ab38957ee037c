import { SlidersHorizontal, Sparkles, VenetianMask } from 'lucide-react'
import { useMemo } from 'react'
import type { Model } from '../../contract/model'
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
import { IncognitoBar } from './incognito-bar'
import { ModelChip } from './model-chip'
import { PromptBox } from './prompt-box'
import { PromptNotes } from './prompt-notes'
import { markPrompt } from './prompt-segments'
import { ShapeChip } from './shape-chip'
import { StyleChip } from './style-chip'
import { isWordless, useSubmit } from './submit'

/** One box, its chips, and the one button. */
export function Composer({ onPick }: { onPick: () => void }) {
  const { create, incognito, jobs, setIncognito } = useStudio()
  const secret = useStore(incognito)
  const { t } = useLocale()
  const draft = useStore(create)
  const model = useCurrentModel()
  const running = useSelected(jobs, (all) => runningJob(all)?.id ?? null)
  const ignored = useIgnoredWords(model?.id, draft.prompt)
  const submit = useSubmit()
  const marked = useMemo(() => markPrompt(draft.prompt, ignored), [draft.prompt, ignored])
  const wordless = isWordless(draft)
  const impossible = model === undefined || wordless || !seedIsGood(draft.seed)

  return (
    <section className="composer" aria-label={t('create.title')}>
      <IncognitoBar />
      <PromptBox segments={marked.segments} />
      <PromptNotes ignored={ignored} problems={marked.problems} />
      <div className="composer-bar">
        <div className="composer-chips">
          <ModelChip model={model} />
          <ShapeChip model={model} />
          <CountStepper />
          <StyleChip />
          <ImageChip model={model} onPick={onPick} />
        </div>
        <div className="composer-actions">
          {model && <Forecast model={model} />}
          {!secret && (
            <IconButton
              icon={VenetianMask}
              label={t('incognito.start')}
              onClick={() => void setIncognito(true)}
            />
          )}
          <IconButton
            icon={SlidersHorizontal}
            label={t('create.advanced')}
            aria-expanded={draft.drawer}
            className={draft.drawer ? 'lit' : ''}
            onClick={() => create.change((now) => ({ ...now, drawer: !now.drawer }))}
          />
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

function Forecast({ model }: { model: Model }) {
  const { create } = useStudio()
  const { t, duration, bytes } = useLocale()
  const draft = useStore(create)
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
