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

test('a failure is shown once, and another of its kind takes its place', () => {
  const toasts = createToasts()
  toasts.fail({ code: 'path-not-found', path: '/a' })
  toasts.fail({ code: 'mask-empty' })
  toasts.fail({ code: 'path-not-found', path: '/b' })
  expect(toasts.list.get().map(({ failure }) => failure)).toEqual([
    { code: 'mask-empty' },
    { code: 'path-not-found', path: '/b' },
  ])
})
