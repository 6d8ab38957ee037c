import path from 'node:path'
import { parseArgs } from 'node:util'
import {
  BrowserWindow,
  ClipboardItem,
  Menu,
  Notification,
  app,
  clipboard,
  dialog,
  ipcMain,
  nativeImage,
  nativeTheme,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
  utilityProcess,
} from 'electron'
import { describeFailure, failureOf } from '../contract/errors.ts'
import { createStudio } from '../core/create-studio.ts'
import { dataDirectory } from '../core/hosting/data-directory.ts'
import { guardNetwork, onBlockedAttempt } from '../core/hosting/network-guard.ts'
import { createOpenedFiles } from '../core/hosting/opened-files.ts'
import { readRendererFiles } from '../core/hosting/renderer-files.ts'
import type { Host } from '../core/host.ts'
import { canHideFromCapture, createCapture } from './capture.ts'
import { openChannel } from './channel.ts'
import { privateCopy } from './clipboard.ts'
import { chooseBackup, chooseFolder, chooseModel } from './dialogs.ts'
import { startDrag } from './drag-out.ts'
import { openKeychain } from './keychain.ts'
import { lockContents } from './lockdown/contents.ts'
import { deadProxy, lockNameResolution } from './lockdown/name-resolution.ts'
import { lockPermissions } from './lockdown/permissions.ts'
import { lockRequests } from './lockdown/requests.ts'
import { lockSpelling } from './lockdown/spelling.ts'
import { applySwitches } from './lockdown/switches.ts'
import { menuTemplate } from './menu.ts'
import { listenForFiles } from './opened.ts'
import { places } from './places.ts'
import { appOrigin, createProtocolHandler, scheme } from './protocol.ts'
import { recoverPage } from './recovery.ts'
import { forkUtility } from './utility-inference.ts'
import { windowOptions } from './window.ts'

const { values } = parseArgs({
  options: { data: { type: 'string' }, safe: { type: 'boolean' } },
  strict: false,
})
const data = dataDirectory(typeof values['data'] === 'string' ? values['data'] : undefined)
const here = places(import.meta.dirname, process.resourcesPath, app.isPackaged)

// Before ready, in this order: the profile inside the data directory, then the lock that is kept in it.
applySwitches(app.commandLine)
app.enableSandbox()
app.setPath('userData', path.join(data, 'electron'))
app.setPath('crashDumps', path.join(data, 'electron', 'crash-dumps'))
protocol.registerSchemesAsPrivileged([scheme])
const guard = guardNetwork()
const capture = createCapture()
const opened = createOpenedFiles()
listenForFiles(app, opened, { argv: process.argv, cwd: process.cwd() })

let window: BrowserWindow | undefined

async function run(): Promise<void> {
  await app.whenReady()
  await lockNameResolution(app)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(app.isPackaged, process.platform)))

  const keychain = await openKeychain(safeStorage)
  const host: Host = {
    kind: 'electron',
    version: app.getVersion(),
    dataDirectory: data,
    resources: { models: here.models, resources: here.resources },
    capabilities: {
      reveal: true,
      dialogs: true,
      keychain: keychain !== undefined,
      hideFromCapture: canHideFromCapture(),
      dragOut: true,
      privateClipboard: true,
      notify: Notification.isSupported(),
    },
    spawnInference: () => forkUtility((...given) => utilityProcess.fork(...given), here.worker),
    ...(keychain && { keychain }),
    safe: values['safe'] === true,
    opened,
    chooseFolder: () => chooseFolder(dialog),
    chooseModel: () => chooseModel(dialog),
    chooseBackup: () => chooseBackup(dialog),
    reveal: (file) => Promise.resolve(shell.showItemInFolder(file)),
    hideFromCapture: (hide) => capture.hide(hide),
    copy: privateCopy(clipboard, ClipboardItem),
    startDrag(files, icon) {
      if (window !== undefined) startDrag(window.webContents, files, nativeImage.createFromBuffer(icon))
    },
    notify(title, body) {
      const message = new Notification({ title, body })
      message.on('click', () => window?.show())
      message.show()
    },
  }
  const studio = await createStudio(host)
  onBlockedAttempt(({ address, origin }) => studio.recordBlockedRequest(address, origin))

  // A machine that is locked or asleep is one that somebody else may open.
  for (const event of ['lock-screen', 'suspend'] as const) {
    powerMonitor.on(event as 'suspend', () => void studio.lock())
  }

  const page = session.fromPartition('sanggar')
  for (const each of [page, session.defaultSession]) {
    await each.setProxy(deadProxy)
    lockSpelling(each)
    lockPermissions(each)
    lockRequests(each, app.isPackaged, (address) => studio.recordBlockedRequest(address, 'webRequest'))
  }
  page.protocol.handle('sanggar', createProtocolHandler(await readRendererFiles(here.renderer), studio))
  openChannel(ipcMain, studio, () => BrowserWindow.getAllWindows().map(({ webContents }) => webContents))

  const openWindow = async () => {
    const shown = new BrowserWindow(
      windowOptions(here.preload, app.isPackaged, nativeTheme.shouldUseDarkColors),
    )
    window = shown
    const uncaptured = capture.watch(shown)
    // A prompt must not get into the title, and so into the window list or a screenshot tool's log.
    shown.on('page-title-updated', (event) => event.preventDefault())
    shown.once('ready-to-show', () => shown.show())
    shown.on('closed', () => {
      uncaptured()
      window = undefined
    })
    await shown.loadURL(`${appOrigin}/`)
  }
  app.on('activate', () => window ?? void openWindow())
  app.on('window-all-closed', () => process.platform === 'darwin' || app.quit())
  let closing = false
  app.on('will-quit', (event) => {
    if (closing) return
    closing = true
    event.preventDefault()
    void studio.close().finally(() => {
      guard.release()
      app.exit(0)
    })
  })
  await openWindow()
}

app.on('web-contents-created', (_event, contents) => {
  lockContents(contents)
  recoverPage(contents)
})
app.on('second-instance', () => {
  if (window?.isMinimized() === true) window.restore()
  window?.focus()
})

if (app.requestSingleInstanceLock()) {
  run().catch((error: unknown) => {
    const failure = failureOf(error)
    dialog.showErrorBox('Sanggar', describeFailure(failure))
    app.exit(1)
  })
} else {
  app.exit(0)
}
