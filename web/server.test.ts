import os from 'node:os'
import net from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentSecurityPolicy } from '../core/hosting/security-headers.ts'
import { type WebServer, startWebServer } from './server.ts'
import { studioDouble } from '../core/hosting/studio-double.ts'
import { type Socket, ask, enter, navigation, sameOrigin, upgrade } from './test-client.ts'

const page = '<meta name="sanggar-token" content="%SANGGAR_TOKEN%">'
const files = new Map([['/', { type: 'text/html', bytes: new TextEncoder().encode(page) }]])

let server: WebServer
let double: ReturnType<typeof studioDouble>
beforeEach(async () => {
  double = studioDouble()
  server = await startWebServer({ studio: async () => double.studio, files })
})
afterEach(() => server.close())

async function greet(): Promise<Socket> {
  const { cookie, token } = await enter(server.site, server.newLink())
  const opened = await upgrade(server.site, { cookie, origin: server.site.origin })
  if (typeof opened === 'number') throw new Error(`refused with ${opened}`)
  opened.socket.send(JSON.stringify({ type: 'hello', token }))
  return opened
}

test('a page that says hello gets answers and events', async () => {
  const { socket, next } = await greet()
  socket.send(JSON.stringify({ type: 'call', id: 7, name: 'queue.state', input: null }))
  expect(await next()).toEqual({ type: 'answer', id: 7, ok: true, value: { paused: false } })
  double.emit(true)
  expect(await next()).toEqual({ type: 'event', name: 'queue.changed', value: { paused: true } })
  socket.send(JSON.stringify({ type: 'call', id: 8, name: 'no.such', input: null }))
  expect(await next()).toMatchObject({ type: 'answer', id: 8, ok: false, failure: { code: 'not-found' } })
})

test('bytes by URL: a picture comes, an upload goes', async () => {
  const { cookie, token } = await enter(server.site, server.newLink())
  const picture = await ask(server.site, '/media/image/abc?w=320', { headers: { ...sameOrigin, cookie } })
  expect(picture).toMatchObject({ status: 200, body: 'pixels' })
  expect(picture.headers).toMatchObject({ 'content-type': 'image/png', 'cache-control': 'no-store' })
  const headers = { origin: server.site.origin, cookie, 'x-sanggar-token': token }
  const sent = await ask(server.site, '/media/input?name=a.png', {
    method: 'POST',
    headers,
    body: new Uint8Array(5000),
  })
  expect(sent.status).toBe(200)
  expect(double.bodies).toEqual([5000])
  expect(double.calls).toEqual(['GET /media/image/abc', 'POST /media/input'])
})

test('every answer carries the policy, also a refusal', async () => {
  const { cookie } = await enter(server.site, server.newLink())
  for (const headers of [{ ...navigation, cookie }, navigation, {}]) {
    const answer = await ask(server.site, '/', { headers })
    expect(answer.headers['content-security-policy']).toBe(contentSecurityPolicy)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  }
})

test('it listens on 127.0.0.1 and on no other address of this machine', async () => {
  const port = Number(server.site.host.split(':')[1])
  const others = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, family }) => family === 'IPv4' && address !== '127.0.0.1')
  for (const { address } of [...others, { address: '127.0.0.2' }]) {
    const reached = await new Promise((resolve) => {
      const socket = net.connect(port, address, () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    expect(reached).toBe(false)
  }
})

test('two starts have two names, so that no cookie of one reaches the other', async () => {
  const other = await startWebServer({ studio: async () => double.studio, files })
  expect(other.site.host.split(':')[0]).not.toBe(server.site.host.split(':')[0])
  expect(server.site.host).toMatch(/^s[0-9a-f]{20}\.localhost:\d+$/)
  await other.close()
})

test('a busy port is an error, not another port', async () => {
  const port = Number(server.site.host.split(':')[1])
  await expect(startWebServer({ studio: async () => double.studio, files, port })).rejects.toThrow(
    'EADDRINUSE',
  )
})
