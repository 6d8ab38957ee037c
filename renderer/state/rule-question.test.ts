import { expect, test } from 'vitest'
import type { Api, Connection } from '../api'
import { createStore } from './store'
import { askingFirst, ruleQuestion } from './rule-question'

/** An api whose core asks about every job that nobody has confirmed. */
function asking() {
  const calls: unknown[] = []
  const api: Api = {
    connection: createStore<Connection>('open'),
    call: ((name: string, input: { rulesConfirmed?: boolean } | null) => {
      calls.push([name, input])
      return Promise.resolve(
        name !== 'jobs.submit' || input?.rulesConfirmed === true
          ? { ok: true, value: { id: 'x' } }
          : { ok: false, failure: { code: 'prompt-rule', words: 'gore' } },
      )
    }) as Api['call'],
    on: () => () => undefined,
    upload: () => Promise.reject(new Error('not here')),
    pathOf: () => '',
  }
  return { api: askingFirst(api), calls }
}

const job = { kind: 'generate', prompt: 'gore', model: 'm' } as const

test('a yes submits the same job again, a no ends it', async () => {
  const { api, calls } = asking()
  const made = api.call('jobs.submit', job)
  await expect.poll(() => ruleQuestion.get()?.words).toBe('gore')
  ruleQuestion.get()?.answer(true)
  expect(await made).toEqual({ ok: true, value: { id: 'x' } })
  expect(calls).toEqual([
    ['jobs.submit', job],
    ['jobs.submit', { ...job, rulesConfirmed: true }],
  ])
  const refused = api.call('jobs.submit', job)
  await expect.poll(() => ruleQuestion.get()).not.toBeNull()
  ruleQuestion.get()?.answer(false)
  expect(await refused).toEqual({ ok: false, failure: { code: 'cancelled' } })
  expect(ruleQuestion.get()).toBeNull()
})

test('everything else passes by', async () => {
  const { api } = asking()
  expect(await api.call('jobs.list', null)).toMatchObject({ ok: true })
})
