import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '../core/hosting/security-headers.ts'
import { studioDouble } from '../core/hosting/studio-double.ts'
import { isTrusted, openChannel } from './channel.ts'
import { chooseBackup, chooseFolder, chooseModel } from './dialogs.ts'
import { startDrag } from './drag-out.ts'
import { openKeychain } from './keychain.ts'
import { menuTemplate } from './menu.ts'
import { listenForFiles } from './opened.ts'
import { places } from './places.ts'
import { appOrigin, createProtocolHandler, scheme } from './protocol.ts'
import { forkUtility } from './utility-inference.ts'
import { windowOptions } from './window.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const files = new Map([
  ['/', { type: 'text/html', bytes: bytes('<meta name="sanggar-token" content="%SANGGAR_TOKEN%">') }],
  ['/assets/index.js', { type: 'text/javascript', bytes: bytes('1') }],
])

test('the scheme is an ordinary secure origin and nothing more', () => {
  expect(scheme.privileges).toEqual({ standard: true, secure: true, supportFetchAPI: true, stream: true })
})

test('sanggar:// serves the listed files and the studio, with the policy on every answer', async () => {
  const { studio, calls } = studioDouble()
  const handle = createProtocolHandler(files, studio)
  const get = (url: string) => handle(new Request(url))
  expect(await (await get('sanggar://app/')).text()).toBe('<meta name="sanggar-token" content="">')
  expect((await get('sanggar://app/assets/index.js')).headers.get('content-type')).toBe('text/javascript')
  expect(await (await get('sanggar://app/media/image/1')).text()).toBe('pixels')
  for (const url of [
    'sanggar://other/',
    'https://app/',
    'sanggar://app/../package.json',
    'sanggar://app/x.js',
  ]) {
    const answer = await get(url)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
  }
  expect(calls).toEqual(['GET /media/image/1'])
})

test('a message counts from the main frame of our own page alone', () => {
  const frame = (origin: string) => ({ origin })
  const ours = frame(appOrigin)
  const from = (senderFrame: unknown, mainFrame: unknown) =>
    isTrusted({ senderFrame, sender: { mainFrame } } as never)
  expect(from(ours, ours)).toBe(true)
  expect(from(frame(appOrigin), ours)).toBe(false)
  const foreign = frame('https://evil.example')
  expect(from(foreign, foreign)).toBe(false)
  expect(from(frame('null'), frame('null'))).toBe(false)
  expect(from(null, ours)).toBe(false)
})

test('the channel answers trusted calls and carries events to pages that are still there', async () => {
  const double = studioDouble()
  const sent: unknown[] = []
  const frame = { origin: appOrigin }
  const page = {
    mainFrame: frame,
    isDestroyed: () => false,
    send: (_channel: string, message: unknown) => sent.push(message),
  }
  const gone = { ...page, isDestroyed: () => true }
  let receive: (event: unknown, message: unknown) => void = () => undefined
  const ipcMain = {
    on: (_name: string, listener: typeof receive) => (receive = listener),
    off: () => undefined,
  }
  const close = openChannel(ipcMain as never, double.studio, () => [page, gone])
  const call = { type: 'call', id: 1, name: 'queue.state', input: null }
  receive({ senderFrame: { origin: 'https://evil.example' }, sender: page }, call)
  receive({ senderFrame: frame, sender: page }, { type: 'nonsense' })
  receive({ senderFrame: frame, sender: page }, call)
  await new Promise((resolve) => setTimeout(resolve, 10))
  double.emit(true)
  close()
  double.emit(false)
  expect(sent).toEqual([
    { type: 'answer', id: 1, ok: true, value: { paused: false } },
    { type: 'event', name: 'queue.changed', value: { paused: true } },
  ])
  expect(double.calls).toEqual(['queue.state'])
})

test('the window is sandboxed, isolated and without DevTools once packaged', () => {
  const { webPreferences, title } = windowOptions('/p.cjs', true, true)
  expect(title).toBe('Sanggar')
  expect(webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    webSecurity: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
    navigateOnDragDrop: false,
    devTools: false,
  })
  expect(webPreferences?.partition?.startsWith('persist:')).toBe(false)
})

test('the keychain is used where it protects, and refused where it only pretends', async () => {
  const safeStorage = (available: boolean, backend: string) => ({
    isAsyncEncryptionAvailable: () => Promise.resolve(available),
    getSelectedStorageBackend: () => backend as 'basic_text',
    encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(`sealed:${text}`)),
    decryptStringAsync: (sealed: Buffer) =>
      Promise.resolve({ shouldReEncrypt: false, result: sealed.toString().replace('sealed:', '') }),
  })
  expect(await openKeychain(safeStorage(false, 'kwallet6'), 'linux')).toBeUndefined()
  expect(await openKeychain(safeStorage(true, 'basic_text'), 'linux')).toBeUndefined()
  expect(await openKeychain(safeStorage(true, 'unknown'), 'linux')).toBeUndefined()
  expect(await openKeychain(safeStorage(true, 'unknown'), 'darwin')).toBeDefined()
  const keychain = await openKeychain(safeStorage(true, 'gnome_libsecret'), 'linux')
  const secret = Uint8Array.from({ length: 32 }, (_, index) => 255 - index)
  const sealed = await keychain?.protect(secret)
  expect(await keychain?.reveal(sealed ?? new Uint8Array())).toEqual(secret)
})

test('dialogs leave no trace in recent files; a folder is chosen by its model_index.json', async () => {
  const asked: { properties?: string[] }[] = []
  const answering = (...filePaths: string[]) => ({
    showOpenDialog: (options: unknown) => {
      asked.push(options as { properties?: string[] })
      return Promise.resolve({ canceled: filePaths.length === 0, filePaths })
    },
  })
  expect(await chooseFolder(answering('/out') as never)).toBe('/out')
  expect(await chooseFolder(answering() as never)).toBeNull()
  expect(await chooseBackup(answering('/usb/a.sanggarbackup') as never)).toBe('/usb/a.sanggarbackup')
  expect(await chooseModel(answering('/m/sd/model_index.json') as never, 'linux')).toBe('/m/sd')
  expect(await chooseModel(answering('/m/a.safetensors') as never, 'win32')).toBe('/m/a.safetensors')
  expect(await chooseModel(answering() as never, 'darwin')).toBeNull()
  for (const { properties } of asked) expect(properties).toContain('dontAddToRecent')
  expect(asked.at(-1)?.properties).toContain('openDirectory')
})

test('the inference process gets its environment at spawn and is reported when it ends', () => {
  const listeners = new Map<string, (value: unknown) => void>()
  const posted: unknown[] = []
  let forked: unknown[] = []
  const child = {
    on: (name: string, listener: (value: unknown) => void) => listeners.set(name, listener),
    postMessage: (message: unknown) => posted.push(message),
    kill: () => true,
  }
  const running = forkUtility(((...given: unknown[]) => ((forked = given), child)) as never, '/out/worker.js')
  const { env, execArgv } = forked[2] as { env: Record<string, string>; execArgv: string[] }
  expect(env).toMatchObject({ ORT_DISABLE_TELEMETRY: '1', ORT_TELEMETRY_DISABLED: '1' })
  expect(env).not.toHaveProperty('HOME')
  expect(execArgv).toEqual([])
  const told: unknown[] = []
  running.onMessage((message) => told.push(message))
  running.onExit((reason) => told.push(reason))
  listeners.get('message')?.({ type: 'done', id: '1' })
  running.send({ type: 'release' })
  listeners.get('exit')?.(9)
  running.send({ type: 'release' })
  expect(told).toEqual([{ type: 'done', id: '1' }, 'exit code 9'])
  expect(posted).toEqual([{ type: 'release' }])
})

test('files come by event on macOS, by the command line of this program or of a second one elsewhere', () => {
  const listeners = new Map<string, (...given: unknown[]) => void>()
  const app = { on: (name: string, listener: (...given: unknown[]) => void) => listeners.set(name, listener) }
  const opened: string[] = []
  const cwd = mkdtempSync(path.join(tmpdir(), 'sanggar-shell-'))
  writeFileSync(path.join(cwd, 'boat.png'), '')
  listenForFiles(
    app as never,
    { open: (given) => opened.push(...given) },
    {
      argv: ['electron', '.', '--safe', 'boat.png', 'main.ts'],
      cwd,
    },
  )
  let prevented = false
  listeners.get('open-file')?.({ preventDefault: () => (prevented = true) }, '/home/a/boat.png')
  listeners.get('second-instance')?.({}, ['sanggar', 'boat.png'], cwd)
  rmSync(cwd, { recursive: true })
  expect(prevented).toBe(true)
  expect(opened).toEqual([path.join(cwd, 'boat.png'), '/home/a/boat.png', path.join(cwd, 'boat.png')])
})

test('no menu entry leads to a website', () => {
  const text = JSON.stringify(menuTemplate(true, 'linux'))
  expect(text).not.toMatch(/help|http|toggleDevTools/)
  expect(JSON.stringify(menuTemplate(false, 'darwin'))).toMatch(/toggleDevTools/)
})

test('shipped models lie beside the app once packaged, in the repository before', () => {
  const packaged = places('/app/app.asar/out/main', '/app', true)
  expect(packaged.models).toBe(path.resolve('/app/models'))
  expect(packaged.worker).toBe(path.resolve('/app/app.asar/out/main/worker.js'))
  expect(places('/repo/out/main', '/electron/resources', false).models).toBe(path.resolve('/repo/models'))
})

test('files are dragged out together, with something under the pointer, or not at all', () => {
  const drags: unknown[] = []
  const page = (gone: boolean) => ({
    isDestroyed: () => gone,
    startDrag: (item: unknown) => drags.push(item),
  })
  const icon = (empty: boolean) => ({ isEmpty: () => empty }) as Parameters<typeof startDrag>[2]
  startDrag(page(false), [], icon(false))
  startDrag(page(true), ['/v/a.png'], icon(false))
  startDrag(page(false), ['/v/a.png'], icon(true))
  expect(drags).toEqual([])
  const shown = icon(false)
  startDrag(page(false), ['/v/a.png', '/v/b.png'], shown)
  expect(drags).toEqual([{ file: '/v/a.png', files: ['/v/a.png', '/v/b.png'], icon: shown }])
})
