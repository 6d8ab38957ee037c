import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { lockContents } from './contents.ts'
import { lockNameResolution } from './name-resolution.ts'
import { lockPermissions } from './permissions.ts'
import { isOurs, lockRequests } from './requests.ts'
import { lockSpelling } from './spelling.ts'
import { applySwitches } from './switches.ts'

/** Records every call under its name; what was handed over can be called back by the test. */
function recorder() {
  const calls: [string, ...unknown[]][] = []
  const fake = new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...given: unknown[]) =>
          void calls.push([String(name), ...given]),
    },
  )
  const given = (name: string, index = 0) => calls.find(([called]) => called === name)?.[index + 1]
  return { calls, fake: fake as never, given }
}

test('no name resolves and no background service starts', () => {
  const { calls, fake } = recorder()
  applySwitches(fake)
  const named = new Map(calls.map(([, name, value]) => [name, value]))
  expect(named.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND')
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'no-pings',
  ]) {
    expect(named.has(name)).toBe(true)
  }
})

test('DNS over HTTPS off, proxy fixed and dead', async () => {
  const { calls, fake } = recorder()
  await lockNameResolution(fake)
  expect(calls).toEqual([
    ['configureHostResolver', { secureDnsMode: 'off', enableBuiltInResolver: false }],
    ['setProxy', { mode: 'fixed_servers', proxyRules: '127.0.0.1:9', proxyBypassRules: '<-loopback>' }],
  ])
})

test('nothing in the shell opens a browser, updates itself, uploads crashes or uses what Electron 46 removes', () => {
  const shell = path.resolve(import.meta.dirname, '..')
  const sources = readdirSync(shell, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  expect(sources.length).toBeGreaterThan(15)
  for (const name of sources) {
    const code = readFileSync(path.join(shell, name), 'utf8').replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, '')
    expect([
      name,
      code.match(/openExternal|autoUpdater|crashReporter|encryptString\(|decryptString\(|file:\/\//),
    ]).toEqual([name, null])
  }
})

test('no dictionary is fetched', () => {
  const { calls, fake } = recorder()
  lockSpelling(fake, 'linux')
  expect(calls).toEqual([
    ['setSpellCheckerEnabled', false],
    ['setSpellCheckerLanguages', []],
    ['setSpellCheckerDictionaryDownloadURL', 'sanggar://none/'],
  ])
  const mac = recorder()
  lockSpelling(mac.fake, 'darwin')
  expect(mac.calls).toEqual([['setSpellCheckerEnabled', false]])
})

test('every permission is denied but two', () => {
  const { fake, given } = recorder()
  lockPermissions(fake)
  const asks = given('setPermissionRequestHandler') as (
    contents: null,
    name: string,
    decide: (yes: boolean) => void,
  ) => void
  const checks = given('setPermissionCheckHandler') as (contents: null, name: string) => boolean
  const all = [
    'media',
    'geolocation',
    'notifications',
    'midi',
    'clipboard-read',
    'openExternal',
    'fileSystem',
    'usb',
  ]
  for (const name of [...all, 'clipboard-sanitized-write', 'fullscreen']) {
    let answered: boolean | undefined
    asks(null, name, (yes) => (answered = yes))
    expect(answered).toBe(!all.includes(name))
    expect(checks(null, name)).toBe(!all.includes(name))
  }
  expect((given('setDevicePermissionHandler') as () => boolean)()).toBe(false)
  let streams: unknown
  ;(given('setDisplayMediaRequestHandler') as (request: null, decide: (value: unknown) => void) => void)(
    null,
    (value) => {
      streams = value
    },
  )
  expect(streams).toEqual({})
})

test('only our own scheme loads', () => {
  for (const url of [
    'sanggar://app/',
    'sanggar://app/media/image/1',
    'blob:sanggar://app/1-2',
    'data:image/png;base64,AA',
  ]) {
    expect(isOurs(url, true)).toBe(true)
  }
  const foreign = [
    'http://127.0.0.1/',
    'https://example.org/',
    'file:///etc/passwd',
    'ws://localhost:1/',
    'blob:https://a/1',
  ]
  for (const url of [
    ...foreign,
    'sanggar://app.evil/',
    'sanggar://none/',
    'chrome://gpu',
    'devtools://devtools/',
  ]) {
    expect(isOurs(url, true)).toBe(false)
  }
  expect(isOurs('devtools://devtools/bundled/inspector.html', false)).toBe(true)
})

test('a cancelled request is reported by its host, without path or query', () => {
  const blocked: string[] = []
  let listen: (details: { url: string }, decide: (answer: { cancel: boolean }) => void) => void = () =>
    undefined
  const webRequest = { onBeforeRequest: (listener: typeof listen) => (listen = listener) }
  lockRequests({ webRequest } as never, true, (address) => blocked.push(address))
  const answers: boolean[] = []
  for (const url of ['https://example.org/a?prompt=cat', 'file:///etc/passwd', 'sanggar://app/']) {
    listen({ url }, ({ cancel }) => answers.push(cancel))
  }
  expect(answers).toEqual([true, true, false])
  expect(blocked).toEqual(['example.org', 'file:'])
})

test('a page goes nowhere, opens nothing and embeds nothing', () => {
  const { calls, fake, given } = recorder()
  lockContents(fake)
  for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
    let prevented = false
    const listener = calls.find(([name, what]) => name === 'on' && what === event)?.[2] as (
      value: unknown,
    ) => void
    listener({ preventDefault: () => (prevented = true) })
    expect(prevented).toBe(true)
  }
  expect((given('setWindowOpenHandler') as () => unknown)()).toEqual({ action: 'deny' })
  expect(given('setWebRTCIPHandlingPolicy')).toBe('disable_non_proxied_udp')
})
