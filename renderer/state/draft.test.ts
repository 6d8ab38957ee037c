import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { Api } from '../api'
import { createDraft } from './draft'

const schema = z.object({ text: z.string().catch('') })
let kept: Record<string, unknown> = {}
let writes = 0
const api: Pick<Api, 'call'> = {
  call(name, input) {
    const { key, value } = input as { key: string; value?: unknown }
    if (name === 'drafts.get')
      return Promise.resolve({ ok: true, value: { value: kept[key] ?? null } as never })
    kept[key] = value
    writes++
    return Promise.resolve({ ok: true, value: null as never })
  },
}

beforeEach(() => {
  kept = {}
  writes = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('typing is written once it settles, and read at the next start', async () => {
  const draft = createDraft(api, 'create', schema)
  draft.set({ text: 'a' })
  draft.set({ text: 'ab' })
  expect(writes).toBe(0)
  vi.advanceTimersByTime(400)
  expect([writes, kept]).toEqual([1, { create: { text: 'ab' } }])

  const next = createDraft(api, 'create', schema)
  await next.load()
  expect(next.get()).toEqual({ text: 'ab' })
})

test('closing the window does not wait', () => {
  const draft = createDraft(api, 'create', schema)
  draft.set({ text: 'last word' })
  draft.flush()
  draft.flush()
  vi.advanceTimersByTime(1000)
  expect([writes, kept]).toEqual([1, { create: { text: 'last word' } }])
})

test('what is typed before the draft arrives is not overwritten', async () => {
  kept = { create: { text: 'old' } }
  const draft = createDraft(api, 'create', schema)
  const loading = draft.load()
  draft.set({ text: 'new' })
  await loading
  expect(draft.get()).toEqual({ text: 'new' })
})

test('after everything was deleted nothing of the draft is written back', () => {
  const draft = createDraft(api, 'create', schema)
  draft.set({ text: 'a secret' })
  draft.forget()
  draft.flush()
  vi.advanceTimersByTime(1000)
  expect([writes, draft.get()]).toEqual([0, { text: '' }])
})

test('an incognito draft is never written, and the one before comes back', () => {
  const draft = createDraft(api, 'create', schema)
  draft.set({ text: 'ordinary' })
  draft.hold()
  expect([draft.get(), kept]).toEqual([{ text: '' }, { create: { text: 'ordinary' } }])
  draft.set({ text: 'between us' })
  draft.flush()
  vi.advanceTimersByTime(1000)
  draft.release()
  vi.advanceTimersByTime(1000)
  expect([draft.get(), kept, writes]).toEqual([{ text: 'ordinary' }, { create: { text: 'ordinary' } }, 1])
})
