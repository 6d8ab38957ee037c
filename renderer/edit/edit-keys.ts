import { useEffect } from 'react'
import { useCommands } from '../keys/use-commands'
import type { Editing } from './editing'
import { resizeBrush } from './mask-history'
import type { BrushState } from './mask-tools'

/** The brackets and undo work wherever the focus is on this screen, but never while somebody writes. */
export function useEditKeys(editing: Editing, brush: BrushState, onBrush: (brush: BrushState) => void) {
  const commandOf = useCommands('edit')
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      const { target } = event
      if (event.defaultPrevented || target instanceof HTMLTextAreaElement) return
      if (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox') return
      const command = commandOf(event)
      if (command === 'brushSmaller') onBrush({ ...brush, size: resizeBrush(brush.size, -1) })
      else if (command === 'brushLarger') onBrush({ ...brush, size: resizeBrush(brush.size, 1) })
      else if (command === 'undo') editing.undo()
      else if (command === 'redo') editing.redo()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [brush, editing, onBrush, commandOf])
}
