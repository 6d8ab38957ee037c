import { useEffect } from 'react'
import { useCommands } from '../keys/use-commands'
import type { Editing } from './editing'
import { resizeBrush } from './mask-history'
import type { BrushState } from './mask-tools'

type EditKeys = {
  editing: Editing
  brush: BrushState
  onBrush: (brush: BrushState) => void
  onApply: (place?: 'first') => void
  /** false: nothing runs, and the key is left to others */
  onStop: false | (() => void)
}

/**
 * The brackets and undo work wherever the focus is on this screen, but never while somebody writes. What begins and
 * stops a picture in Create does so here, and while writing too.
 */
export function useEditKeys({ editing, brush, onBrush, onApply, onStop }: EditKeys) {
  const commandOf = useCommands('edit')
  const makingOf = useCommands('create')
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      const { target } = event
      if (event.defaultPrevented) return
      const making = makingOf(event)
      if (making === 'generate') onApply()
      else if (making === 'generateFirst') onApply('first')
      else if (making === 'stop' && onStop) onStop()
      else if (making === 'focusPrompt') document.getElementById('edit-prompt')?.focus()
      else if (!edits(event, target)) return
      event.preventDefault()
    }
    const edits = (event: KeyboardEvent, target: EventTarget | null): boolean => {
      if (target instanceof HTMLTextAreaElement) return false
      if (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox')
        return false
      const command = commandOf(event)
      if (command === 'brushSmaller') onBrush({ ...brush, size: resizeBrush(brush.size, -1) })
      else if (command === 'brushLarger') onBrush({ ...brush, size: resizeBrush(brush.size, 1) })
      else if (command === 'undo') editing.undo()
      else if (command === 'redo') editing.redo()
      else return false
      return true
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [brush, editing, onBrush, onApply, onStop, commandOf, makingOf])
}
