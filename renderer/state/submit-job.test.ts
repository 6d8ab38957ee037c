import { expect, test } from 'vitest'
import type { Api } from '../api'
import { createStore } from './store'
import { moveFirst, submitJob } from './submit-job'

type Call = [name: string, input: unknown]

/** Answers every call but moving this one. */
function recording(immovable = '') {
  const calls: Call[] = []
  const call = (name: string, input: { id?: string }) => {
    calls.push([name, input])
    const refused = name === 'jobs.move' && input.id === immovable
    return Promise.resolve(refused ? { ok: false, failure: { code: 'not-found' } } : { ok: true, value: {} })
  }
  return { calls, api: { call } as unknown as Api }
}

const request = { kind: 'upscale', image: 'a', scale: 2 } as const

test('what is made in an incognito session stays in it', async () => {
  const { api, calls } = recording()
  const incognito = createStore(false)
  await submitJob({ api, incognito }, request)
  incognito.set(true)
  await submitJob({ api, incognito }, request)
  expect(calls.map(([, input]) => input)).toEqual([request, { ...request, incognito: true }])
})

test('the jobs of a wish go before all others in their order, whether one runs already or not', async () => {
  const { api, calls } = recording('a')
  expect(await moveFirst({ api }, ['a', 'b', 'c'], 1)).toBe(3)
  expect(calls.map(([, input]) => input)).toEqual([
    { id: 'a', index: 1 },
    { id: 'b', index: 1 },
    { id: 'c', index: 2 },
  ])
})
