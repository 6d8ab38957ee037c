import { InfinityIcon, SlidersHorizontal, Sparkles, VenetianMask } from 'lucide-react'
import { Suspense, lazy, useState } from 'react'
import { Button, IconButton } from '../components/button'
import { useAriaKeys } from '../keys/use-commands'
import { useLocale } from '../locales/context'
import { runningJob } from '../state/job-list'
import { useImage } from '../state/library'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { CountStepper } from './count-stepper'
import { seedIsGood } from './create-draft'
import { useCurrentModel } from './current-model'
import { isTooMuch, itemsOf, useForecast } from './forecast'
import { ForecastLine } from './forecast-line'
import { GenerateWays } from './generate-ways'
import { ImageChip } from './image-chip'
import { IncognitoBar } from './incognito-bar'
import { ModelChip } from './model-chip'
import { PromptBox } from './prompt-box'
import { PromptNotes } from './prompt-notes'
import { SeriesChip, useCells } from './series-chip'
import { ShapeChip } from './shape-chip'
import { StyleChip } from './style-chip'
import { isWordless, useSubmit } from './submit'
import { useMarkedPrompt } from './use-marked-prompt'

const ListsDialog = lazy(() => import('./lists-dialog').then((room) => ({ default: room.ListsDialog })))

/** One box, its chips, and the one button. */
export function Composer({ onPick }: { onPick: () => void }) {
  const { create, forever, incognito, jobs, paused, setIncognito } = useStudio()
  const secret = useStore(incognito)
  const endless = useStore(forever)
  const { t } = useLocale()
  const draft = useStore(create)
  const model = useCurrentModel()
  // While the queue is paused nothing begins either.
  const isPaused = useStore(paused)
  const waits = useSelected(jobs, (all) => runningJob(all) !== undefined) || isPaused
  const submit = useSubmit()
  const keys = useAriaKeys('generate')
  const cells = useCells(model)
  const source = useImage(draft.image?.id).value
  const forecast = useForecast(model ? itemsOf(draft, model, cells, source) : [])
  const [lists, setLists] = useState(false)
  const marked = useMarkedPrompt(model?.id, draft.prompt)
  const wordless = isWordless(draft)
  const broken = (cells !== null && 'problem' in cells) || (forecast !== null && isTooMuch(forecast))
  const impossible = model === undefined || wordless || broken || !seedIsGood(draft.seed)

  return (
    <section className="composer" aria-label={t('create.title')}>
      <IncognitoBar />
      <PromptBox
        id="prompt"
        label={t('create.prompt')}
        placeholder={t('create.placeholder')}
        notes="prompt-notes"
        prompt={draft.prompt}
        onWrite={(prompt) => create.change((now) => ({ ...now, prompt }))}
        segments={marked.segments}
      />
      <PromptNotes id="prompt-notes" {...marked} />
      <div className="composer-bar">
        <div className="composer-chips">
          <ModelChip model={model} />
          <ShapeChip model={model} />
          <CountStepper />
          <StyleChip />
          <ImageChip model={model} onPick={onPick} />
          <SeriesChip model={model} />
        </div>
        <div className="composer-actions">
          {model && <ForecastLine forecast={forecast} />}
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
          <div
            className="generate-ways"
            onContextMenu={(event) => {
              event.preventDefault()
              event.currentTarget.querySelector<HTMLElement>('.generate-more')?.click()
            }}
          >
            <Button
              tone="primary"
              icon={endless ? InfinityIcon : Sparkles}
              className={`generate ${waits ? 'more' : ''}`}
              label={t(waits ? 'create.generateMore' : 'create.generate')}
              aria-keyshortcuts={keys}
              title={wordless ? t('create.needsPrompt') : undefined}
              disabled={impossible}
              onClick={() => void submit()}
            />
            <GenerateWays impossible={impossible} onLists={() => setLists(true)} />
          </div>
        </div>
      </div>
      <Suspense fallback={null}>{lists && <ListsDialog onClose={() => setLists(false)} />}</Suspense>
    </section>
  )
}
