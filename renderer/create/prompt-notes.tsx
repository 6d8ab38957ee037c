import type { PromptProblem } from '../../contract/prompt-syntax'
import { useLocale } from '../locales/context'

type PromptNotesProps = { ignored: readonly string[]; problems: readonly PromptProblem[] }

/** What is to be known about the prompt: mistakes first, then words that the model does not know. */
export function PromptNotes({ ignored, problems }: PromptNotesProps) {
  const { t, list } = useLocale()
  const codes = [...new Set(problems.map(({ problem }) => problem))]
  return (
    <div id="prompt-notes" className="prompt-notes" aria-live="polite">
      {codes.map((code) => (
        <p key={code} className="prompt-problem">
          {t(`prompt.problem.${code}`)}
        </p>
      ))}
      {ignored.length > 0 && (
        <p>
          {t('create.ignored', { count: ignored.length, words: list(ignored.map((word) => `“${word}”`)) })}
        </p>
      )}
    </div>
  )
}
