import type { Model } from '../../contract/model'
import { PromptBox } from '../create/prompt-box'
import { PromptNotes } from '../create/prompt-notes'
import { useMarkedPrompt } from '../create/use-marked-prompt'
import { useLocale } from '../locales/context'
import type { Editing } from './editing'

/** What the picture, or the part that is worked on, should show: the prompt box of Create. */
export function EditPrompt({ editing, painter }: { editing: Editing; painter: Model | undefined }) {
  const { t } = useLocale()
  const { prompt } = editing.draft
  const marked = useMarkedPrompt(painter?.id, prompt)
  return (
    <div>
      <div className="edit-prompt">
        <PromptBox
          id="edit-prompt"
          label={t('edit.describe')}
          placeholder={t('edit.describePlaceholder')}
          notes="edit-prompt-notes"
          prompt={prompt}
          onWrite={(text) => editing.write({ prompt: text })}
          segments={marked.segments}
          disabled={!painter}
        />
      </div>
      <PromptNotes id="edit-prompt-notes" {...marked} />
    </div>
  )
}
