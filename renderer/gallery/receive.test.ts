import { expect, test } from 'vitest'
import type { Api } from '../api'
import { bringIn } from './receive'

const file = (name: string) => new File(['x'], name)
const answers: Record<string, Awaited<ReturnType<Api['upload']>>> = {
  new: { ok: true, value: { id: 'a', width: 1, height: 1 } },
  known: { ok: true, value: { id: '', width: 0, height: 0, duplicate: true } },
  text: { ok: false, failure: { code: 'picture-unreadable', name: 'text' } },
  gone: { ok: false, failure: { code: 'disconnected' } },
}
const api: Pick<Api, 'upload'> = {
  upload: (_kind, _body, name) =>
    Promise.resolve(answers[name] ?? { ok: false, failure: { code: 'disconnected' } }),
}

test('what is no picture is named, what is known is counted, and the rest comes in', async () => {
  const told: number[] = []
  const names = ['new', 'text', 'known', 'new']
  const received = await bringIn(api, names.map(file), (done) => told.push(done))
  expect(received).toEqual({ added: 2, known: 1, unreadable: ['text'] })
  expect(told).toEqual([0, 1, 2, 3])
})

test('what concerns all of them ends it', async () => {
  const received = await bringIn(api, ['new', 'gone', 'new'].map(file), () => undefined)
  expect(received).toEqual({ added: 1, known: 0, unreadable: [], failure: { code: 'disconnected' } })
})
