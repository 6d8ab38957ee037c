import { useEffect, useState } from 'react'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

const settleTime = 180
const shortest = 3
const most = 6
const none: readonly string[] = []

/**
 * Earlier prompts of one's own that contain what is written, for as long as one writes. Off by a switch in Settings,
 * and in an incognito session, where nothing of what was written before is shown.
 */
export function useSuggestions(written: string, awake: boolean): readonly string[] {
  const { api, incognito, settings } = useStudio()
  const on = useSelected(settings, (value) => value.suggestions)
  const secret = useSelected(incognito, (value) => value)
  const [found, setFound] = useState<{ for: string; prompts: readonly string[] }>({ for: '', prompts: none })
  const text = written.trim()
  const asked = awake && on && !secret && text.length >= shortest
  useEffect(() => {
    if (!asked) return undefined
    let current = true
    const timer = setTimeout(() => {
      void api.call('prompts.suggest', { text, limit: most }).then((answer) => {
        if (!current) return
        const prompts = answer.ok ? answer.value.filter((prompt) => prompt.trim() !== text) : none
        setFound({ for: text, prompts })
      })
    }, settleTime)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, asked, text])
  return asked && found.for !== '' ? found.prompts : none
}

type SuggestionsProps = {
  id: string
  prompts: readonly string[]
  chosen: number
  written: string
  onTake: (prompt: string) => void
}

/** The list above the prompt; keys stay with the prompt itself (aria-activedescendant). */
export function Suggestions({ id, prompts, chosen, written, onTake }: SuggestionsProps) {
  const { t } = useLocale()
  return (
    <div className="suggestions">
      <div id={id} role="listbox" aria-label={t('suggest.label')}>
        {prompts.map((prompt, index) => (
          <div
            key={prompt}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            // Before the prompt loses the focus.
            onPointerDown={(event) => {
              event.preventDefault()
              onTake(prompt)
            }}
          >
            <Marked text={prompt} word={written.trim()} />
          </div>
        ))}
      </div>
      <p className="small faint suggestions-foot" aria-hidden="true">
        <span>{t('suggest.label')}</span>
        <span>{t('suggest.use')}</span>
      </p>
    </div>
  )
}

function Marked({ text, word }: { text: string; word: string }) {
  const at = text.toLowerCase().indexOf(word.toLowerCase())
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <strong>{text.slice(at, at + word.length)}</strong>
      {text.slice(at + word.length)}
    </>
  )
}
