import type { KeyboardEvent } from 'react'
import { useCommands } from '../keys/use-commands'
import { replaceText } from './insert-text'
import { changeWeight } from './prompt-weight'

const weightStep = 0.1

/** In any prompt: the keys that make the selected words weigh more or less. Answers whether the key was one of them. */
export function useWeightKeys(
  change: (text: string) => void,
): (event: KeyboardEvent<HTMLTextAreaElement>) => boolean {
  const commandOf = useCommands('prompt')
  return (event) => {
    const command = commandOf(event.nativeEvent)
    if (command !== 'heavier' && command !== 'lighter') return false
    event.preventDefault()
    const area = event.currentTarget
    const { value: text, selectionStart: start, selectionEnd: end } = area
    const next = changeWeight({ text, start, end }, command === 'heavier' ? weightStep : -weightStep)
    if (next.text === text) return true
    replaceText(area, next.text, change)
    requestAnimationFrame(() => area.setSelectionRange(next.start, next.end))
    return true
  }
}
