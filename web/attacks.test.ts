import { afterEach, beforeEach, expect, test } from 'vitest'
import { broughtByteLimit } from '../contract/picture-limits.ts'
import { closeCodes } from './rpc-socket.ts'
import { type WebServer, startWebServer } from './server.ts'
import { studioDouble } from '../core/hosting/studio-double.ts'
import { ask, enter, navigation, sameOrigin, upgrade } from './test-client.ts'

const page = '<meta name="sanggar-token" content="%SANGGAR_TOKEN%">'
const files = new Map([
  ['/', { type: 'text/html', bytes: new TextEncoder().encode(page) }],
  ['/assets/index.js', { type: 'text/javascript', bytes: new TextEncoder().encode('1') }],
])

let server: WebServer
let double: ReturnType<typeof studioDouble>
let cookie: string
let token: string

beforeEach(async () => {
  double = studioDouble()
  server = await startWebServer({ studio: async () => double.studio, files, helloTimeout: 1000 })
  ;({ cookie, token } = await enter(server.site, server.newLink()))
  expect(cookie).toMatch(/^sanggar-session=.{43}$/)
  expect(token).toHaveLength(43)
})
afterEach(() => server.close())

const port = () => server.site.host.split(':')[1] ?? ''
const post = (headers: Record<string, string>, body?: Uint8Array) =>
  ask(server.site, '/media/input', {
    method: 'POST',
    headers: { origin: server.site.origin, cookie, 'x-sanggar-token': token, ...headers },
    body,
  })

test('rebound host: a foreign name that resolves to 127.0.0.1', async () => {
  for (const host of [
    `evil.example:${port()}`,
    `127.0.0.1:${port()}`,
    `localhost:${port()}`,
    server.site.host.split(':')[0] ?? '',
  ]) {
    expect((await ask(server.site, '/', { headers: { ...navigation, cookie, host } })).status).toBe(421)
    expect(await upgrade(server.site, { host, cookie, origin: server.site.origin })).toBe(421)
  }
})

test('foreign origin', async () => {
  expect((await post({ origin: 'https://evil.example' })).status).toBe(403)
  expect((await post({ origin: `http://127.0.0.1:${port()}` })).status).toBe(403)
  expect(await upgrade(server.site, { cookie, origin: 'https://evil.example' })).toBe(403)
  const headers = { ...sameOrigin, cookie, origin: 'https://evil.example' }
  expect((await ask(server.site, '/media/image/1', { headers })).status).toBe(403)
  expect(double.calls).toEqual([])
})

test('null origin: a sandboxed frame or a data: page', async () => {
  expect((await post({ origin: 'null' })).status).toBe(403)
  expect(await upgrade(server.site, { cookie, origin: 'null' })).toBe(403)
  expect(double.calls).toEqual([])
})

test('cross-site GET: an image or script element of a foreign page', async () => {
  for (const from of ['cross-site', 'same-site']) {
    const headers = { cookie, 'sec-fetch-site': from, 'sec-fetch-mode': 'no-cors' }
    expect((await ask(server.site, '/media/image/1', { headers })).status).toBe(403)
    expect(
      (await ask(server.site, '/', { headers: { ...headers, 'sec-fetch-mode': 'navigate' } })).status,
    ).toBe(403)
  }
  expect((await ask(server.site, '/media/image/1', { headers: { ...navigation, cookie } })).status).toBe(403)
  expect((await ask(server.site, '/', { headers: { cookie } })).status).toBe(403)
  expect(double.calls).toEqual([])
})

test('missing token: no cookie, no page token, no hello', async () => {
  expect((await ask(server.site, '/', { headers: navigation })).status).toBe(401)
  expect((await ask(server.site, '/media/image/1', { headers: sameOrigin })).status).toBe(401)
  expect((await post({ 'x-sanggar-token': '' })).status).toBe(401)
  expect((await post({ cookie: '' })).status).toBe(401)
  expect(await upgrade(server.site, { origin: server.site.origin })).toBe(401)
  const silent = await upgrade(server.site, { cookie, origin: server.site.origin })
  if (typeof silent === 'number') throw new Error(`refused with ${silent}`)
  expect(await silent.closed).toBe(closeCodes.unauthorised)
  expect(double.calls).toEqual([])
})

test('wrong token: guessed link, guessed page token, a call before the hello', async () => {
  expect((await ask(server.site, `/?token=${'A'.repeat(43)}`, { headers: navigation })).status).toBe(401)
  expect((await post({ 'x-sanggar-token': 'A'.repeat(43) })).status).toBe(401)
  const call = { type: 'call', id: 1, name: 'queue.state', input: null }
  for (const first of [{ type: 'hello', token: 'A'.repeat(43) }, { type: 'hello' }, call]) {
    const opened = await upgrade(server.site, { cookie, origin: server.site.origin })
    if (typeof opened === 'number') throw new Error(`refused with ${opened}`)
    opened.socket.send(JSON.stringify(first))
    opened.socket.send(JSON.stringify(call))
    expect(await opened.closed).toBe(closeCodes.unauthorised)
  }
  expect(double.calls).toEqual([])
})

test("another session's page token does not fit this cookie", async () => {
  const other = await enter(server.site, server.newLink())
  expect((await post({ 'x-sanggar-token': other.token })).status).toBe(401)
})

test('reused token: a link works once', async () => {
  const { pathname, search } = new URL(server.newLink())
  const first = await ask(server.site, pathname + search, { headers: navigation })
  expect(first.status).toBe(303)
  expect(first.headers.location).toBe('/')
  expect(first.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict$/)
  const second = await ask(server.site, pathname + search, { headers: navigation })
  expect(second.status).toBe(401)
  expect(second.headers['set-cookie']).toBeUndefined()
})

test('wrong port: a page of another local program', async () => {
  const [name] = server.site.host.split(':')
  expect((await post({ origin: `http://${name}:1` })).status).toBe(403)
  expect(await upgrade(server.site, { cookie, origin: `http://${name}:1` })).toBe(403)
  const headers = { ...navigation, cookie, host: `${name}:1` }
  expect((await ask(server.site, '/', { headers })).status).toBe(421)
})

test('upgrade without Origin', async () => {
  expect(await upgrade(server.site, { cookie })).toBe(403)
})

test('upgrade to another path', async () => {
  expect(await upgrade(server.site, { cookie, origin: server.site.origin }, '/other')).toBe(400)
})

test('path traversal: only listed files exist', async () => {
  const paths = [
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/assets/../../package.json',
    '//etc/passwd',
    '/assets/',
  ]
  for (const path of [
    ...paths,
    String.raw`/..\package.json`,
    '/assets/index.js%00.html',
    'http://evil.example/',
  ]) {
    const { status, body } = await ask(server.site, path, { headers: { ...sameOrigin, cookie } })
    expect([400, 404]).toContain(status)
    expect(body.length).toBeLessThan(60)
  }
})

test('oversize body, announced and unannounced', async () => {
  const announced = await post({ 'content-length': String(broughtByteLimit + 1) }, new Uint8Array(10)).catch(
    () => null,
  )
  expect(announced?.status).toBe(413)
  const large = new Uint8Array(broughtByteLimit + 1)
  // The server may close the connection while the client still writes: an answer or a reset, never a picture.
  const unannounced = await post({ 'transfer-encoding': 'chunked' }, large).catch(() => ({ status: 413 }))
  expect(unannounced.status).toBe(413)
  expect(double.bodies).toEqual([])
})

test('oversize message, binary message, and JSON that is none', async () => {
  for (const [data, code] of [
    ['x'.repeat(1024 * 1024 + 1), 1009],
    [new Uint8Array(3), 4400],
    ['{', 4400],
  ] as const) {
    const opened = await upgrade(server.site, { cookie, origin: server.site.origin })
    if (typeof opened === 'number') throw new Error(`refused with ${opened}`)
    opened.socket.send(data)
    expect(await opened.closed).toBe(code)
  }
})

test('other methods', async () => {
  for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
    const headers = { ...sameOrigin, cookie, origin: server.site.origin }
    expect((await ask(server.site, '/', { method, headers })).status).toBe(405)
  }
})

test('more sockets than a person has windows', async () => {
  const opened = await Promise.all(
    Array.from({ length: 20 }, () => upgrade(server.site, { cookie, origin: server.site.origin })),
  )
  expect(opened.filter((one) => one === 503)).toHaveLength(4)
  for (const one of opened) if (typeof one !== 'number') one.socket.terminate()
})
