import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createToasts } from './toasts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('undo takes the latest way back that is still offered, each once', () => {
  const toasts = createToasts()
  const undone: string[] = []
  toasts.offerUndo(
    () => 'moved a',
    () => undone.push('a'),
  )
  toasts.offerUndo(
    () => 'moved b',
    () => undone.push('b'),
  )
  toasts.show(() => 'saved', { label: () => 'show', run: () => undone.push('shown') })
  expect([toasts.undo(), toasts.undo(), toasts.undo()]).toEqual([true, true, false])
  expect(undone).toEqual(['b', 'a'])
  expect(toasts.list.get()).toHaveLength(1)
  toasts.offerUndo(
    () => 'moved c',
    () => undone.push('c'),
  )
  vi.runAllTimers()
  expect(toasts.undo()).toBe(false)
})
