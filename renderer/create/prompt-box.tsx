import './prompt-box.css'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useAriaKeys, useCommands } from '../keys/use-commands'
import { replaceText } from './insert-text'
import { usePromptHistory } from './prompt-history'
import type { Segment } from './prompt-segments'
import { Suggestions, useSuggestions } from './prompt-suggestions'
import { useWeightKeys } from './use-weight-keys'

type PromptBoxProps = {
  /** of the text area, for what leads to it */
  id: string
  label: string
  placeholder: string
  /** id of what is said about the prompt */
  notes: string
  prompt: string
  onWrite: (prompt: string) => void
  segments: readonly Segment[]
  disabled?: boolean
}

/**
 * A prompt. A mirror behind the text area carries the marks (weights, choices, words the model does not know)
 * and gives the box its height, so that it grows with the text without measuring.
 */
export function PromptBox(props: PromptBoxProps) {
  const { id, label, placeholder, notes, prompt, onWrite, segments, disabled } = props
  const history = usePromptHistory(prompt, onWrite)
  const area = useRef<HTMLTextAreaElement>(null)
  const mirror = useRef<HTMLDivElement>(null)

  const commandOf = useCommands('prompt')
  const weightKeys = useWeightKeys(onWrite)
  const generateKeys = useAriaKeys('generate')
  const suggestionsId = useId()
  const [writing, setWriting] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const suggestions = useSuggestions(prompt, writing)
  const take = (text: string) => {
    setWriting(false)
    area.current?.focus()
    if (area.current) replaceText(area.current, text, onWrite)
    // Taking one is not writing: the list stays away until the next letter.
    setWriting(false)
  }
  /** Whether the key was meant for the list. */
  const suggestionKeys = (event: KeyboardEvent) => {
    if (suggestions.length === 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
      return false
    const picked = suggestions[chosen]
    if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, suggestions.length - 1))
    else if (event.key === 'ArrowUp' && chosen >= 0) setChosen(chosen - 1)
    else if ((event.key === 'Tab' || event.key === 'Enter') && picked !== undefined) take(picked)
    else if (event.key === 'Escape') setWriting(false)
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (suggestionKeys(event)) return
    if (weightKeys(event)) {
      // That was no writing: nothing is suggested.
      setWriting(false)
      return
    }
    const command = commandOf(event.nativeEvent)
    if (command === 'earlierPrompt') void history.step(-1)
    else if (command === 'laterPrompt') void history.step(1)
    else return
    event.preventDefault()
  }

  return (
    <div className="prompt-box">
      {suggestions.length > 0 && (
        <Suggestions
          id={suggestionsId}
          prompts={suggestions}
          chosen={chosen}
          written={prompt}
          onTake={take}
        />
      )}
      <div ref={mirror} className="prompt-mirror" aria-hidden="true">
        {segments.map((segment, index) => (
          // The place in the text is what a segment is.
          <span key={`${index}-${segment.kind}`} className={`segment ${segment.kind}`}>
            {segment.text}
          </span>
        ))}{' '}
      </div>
      <textarea
        ref={area}
        id={id}
        className="prompt-input"
        aria-label={label}
        aria-describedby={notes}
        aria-keyshortcuts={generateKeys}
        placeholder={placeholder}
        rows={1}
        spellCheck={false}
        autoComplete="off"
        disabled={disabled}
        value={prompt}
        onChange={(event) => {
          history.forget()
          setWriting(true)
          setChosen(-1)
          onWrite(event.currentTarget.value)
        }}
        onKeyDown={keys}
        onBlur={() => setWriting(false)}
        aria-autocomplete="list"
        aria-controls={suggestions.length > 0 ? suggestionsId : undefined}
        aria-activedescendant={suggestions[chosen] ? `${suggestionsId}-${chosen}` : undefined}
        onScroll={(event) => {
          if (mirror.current) mirror.current.scrollTop = event.currentTarget.scrollTop
        }}
      />
    </div>
  )
}
