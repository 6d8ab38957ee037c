import { describe, expect, it, vi } from 'vitest'
import type { Handlers } from './api.ts'
import { SanggarError } from './errors.ts'
import { answer, createClient, type Message } from './rpc.ts'

/** A client and handlers over nothing but JSON text. */
function connect(handlers: Partial<Handlers>) {
  const client = createClient((message) => {
    const arrived: unknown = JSON.parse(JSON.stringify(message))
    void answer(handlers as Handlers, arrived, (reply: Message) =>
      client.receive(JSON.parse(JSON.stringify(reply))),
    )
  })
  return client
}

describe('rpc over two functions', () => {
  it('parses, applies defaults, answers', async () => {
    const query = vi.fn<Handlers['images.query']>(() => ({ total: 0, offset: 0, tiles: [] }))
    const client = connect({ 'images.query': query })
    expect(await client.call('images.query', { text: 'boat' })).toEqual({
      ok: true,
      value: { total: 0, offset: 0, tiles: [] },
    })
    expect(query).toHaveBeenCalledWith(expect.objectContaining({ text: 'boat', limit: 200, trash: false }))
  })

  it('answers failures as values, bugs as internal, nonsense as invalid', async () => {
    const client = connect({
      'images.get': () => {
        throw new SanggarError({ code: 'not-found', what: 'image', id: 'x' })
      },
      'queue.state': () => {
        throw new TypeError('a bug')
      },
    })
    expect(await client.call('images.get', { id: 'x' })).toEqual({
      ok: false,
      failure: { code: 'not-found', what: 'image', id: 'x' },
    })
    expect(await client.call('queue.state', null)).toEqual({
      ok: false,
      failure: { code: 'internal', detail: 'a bug' },
    })
    expect(await client.call('images.get', { id: 3 } as never)).toMatchObject({
      ok: false,
      failure: { code: 'invalid-request', path: 'id' },
    })
    expect(await client.call('__proto__' as never, null as never)).toMatchObject({
      ok: false,
      failure: { code: 'not-found' },
    })
  })

  it('hangs nothing when the transport closes', async () => {
    const client = createClient(() => undefined)
    const waiting = client.call('queue.state', null)
    client.close()
    expect(await waiting).toEqual({ ok: false, failure: { code: 'disconnected' } })
    expect(await client.call('queue.state', null)).toEqual({ ok: false, failure: { code: 'disconnected' } })
  })

  it('delivers checked events to those who still listen', () => {
    const client = createClient(() => undefined)
    const heard: unknown[] = []
    const stop = client.on('image.added', (value) => heard.push(value))
    client.receive({ type: 'event', name: 'image.added', value: { id: 'a' } })
    client.receive({ type: 'event', name: 'image.added', value: { id: 7 } })
    client.receive({ type: 'event', name: 'unheard', value: null })
    client.receive('garbage')
    stop()
    client.receive({ type: 'event', name: 'image.added', value: { id: 'b' } })
    expect(heard).toEqual([{ id: 'a' }])
  })
})
