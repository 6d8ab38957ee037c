import type { PromptProblem } from '../../contract/prompt-syntax'
import { useLocale } from '../locales/context'

type PromptNotesProps = {
  id: string
  ignored: readonly string[]
  problems: readonly PromptProblem[]
  /** names in the prompt that nothing here answers to */
  unknownLists: readonly string[]
  unknownAdapters: readonly string[]
}

/** What is to be known about the prompt: mistakes first, then words that the model does not know. */
export function PromptNotes({ id, ignored, problems, unknownLists, unknownAdapters }: PromptNotesProps) {
  const quoted = (names: readonly string[]) => list(names.map((name) => `“${name}”`))
  const { t, list } = useLocale()
  const codes = [...new Set(problems.map(({ problem }) => problem))]
  return (
    <div id={id} className="prompt-notes" aria-live="polite">
      {codes.map((code) => (
        <p key={code} className="prompt-problem">
          {t(`prompt.problem.${code}`)}
        </p>
      ))}
      {unknownAdapters.length > 0 && (
        <p className="prompt-problem">{t('adapters.unknown', { names: quoted(unknownAdapters) })}</p>
      )}
      {unknownLists.length > 0 && (
        <p className="prompt-problem">
          {t('lists.unknown', { count: unknownLists.length, names: quoted(unknownLists) })}
        </p>
      )}
      {ignored.length > 0 && <p>{t('create.ignored', { count: ignored.length, words: quoted(ignored) })}</p>}
    </div>
  )
}
