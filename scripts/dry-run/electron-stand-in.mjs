// What `import 'electron'` gets when the packaged app is tried without Electron: enough of it for the main process to
// start, everything else a call that does nothing. The window and the way to the page are handed to try-app.mjs, and
// a utilityProcess is a plain child. What this cannot show is Electron itself.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import process from 'node:process'

/** @type {any} */
const nothing = new Proxy(function () {}, {
  get: (_target, name) => (name === 'then' ? undefined : nothing),
  apply: () => nothing,
  construct: () => nothing,
})

/** An object with some true members; whatever else is asked of it is a call that does nothing. @param {object} own */
const standIn = (own) =>
  new Proxy(own, { get: (target, name) => (name in target ? Reflect.get(target, name) : nothing) })

/** What try-app.mjs talks to, and the names that were asked of `app` and `protocol`, in order. @type {any} */
export const seen = Object.assign(globalThis, { sanggarStandIn: { windows: [], asked: [] } }).sanggarStandIn

/** @param {object} own */
const recorded = (own) =>
  new Proxy(own, {
    get(target, name) {
      seen.asked.push(name)
      return name in target ? Reflect.get(target, name) : nothing
    },
  })

export const app = recorded({
  isPackaged: true,
  whenReady: () => Promise.resolve(),
  requestSingleInstanceLock: () => true,
  getVersion: () => '0.0.0',
  getLocale: () => 'en',
  setProxy: () => Promise.resolve(),
  on: () => app,
  /** @param {number} code */
  exit: (code) => process.exit(code),
})

export const nativeImage = standIn({})
export const protocol = recorded({})
export const session = standIn({
  defaultSession: standIn({ setProxy: () => Promise.resolve() }),
  fromPartition: () =>
    standIn({
      setProxy: () => Promise.resolve(),
      protocol: {
        /** @param {string} _scheme @param {(request: Request) => Promise<Response>} answer */
        handle: (_scheme, answer) => (seen.answer = answer),
      },
    }),
})

export const ipcMain = new EventEmitter()
const frame = { origin: 'sanggar://app' }
const contents = standIn({
  mainFrame: frame,
  isDestroyed: () => false,
  /** @param {string} _channel @param {unknown} message */
  send: (_channel, message) => seen.onMessage?.(message),
})
/** @param {unknown} message */
seen.send = (message) => ipcMain.emit('sanggar', { senderFrame: frame, sender: contents }, message)

export function BrowserWindow(/** @type {unknown} */ options) {
  const window = standIn({
    webContents: contents,
    loadURL: () => {
      seen.opened?.()
      return Promise.resolve()
    },
    isMinimized: () => false,
  })
  seen.windows.push(options)
  return window
}
BrowserWindow.getAllWindows = () => seen.windows.map(() => ({ webContents: contents }))

export const utilityProcess = {
  /** @param {string} file @param {string[]} parameters @param {{ env: NodeJS.ProcessEnv }} options */
  fork(file, parameters, { env }) {
    const child = fork(file, parameters, { env, serialization: 'advanced', execArgv: [] })
    return {
      /** @param {string} name @param {(value: any) => void} listener */
      on: (name, listener) => child.on(name, listener),
      /** @param {import('node:child_process').Serializable} message */
      postMessage: (message) => child.connected && child.send(message),
      kill: () => child.kill(),
    }
  },
}

/** @param {string} title @param {string} text */
const showErrorBox = (title, text) => {
  console.error(`${title}: ${text}`)
}
export const dialog = standIn({ showErrorBox })
export const safeStorage = standIn({ isAsyncEncryptionAvailable: () => Promise.resolve(false) })
export const Notification = Object.assign(function () {}, { isSupported: () => false })
export const nativeTheme = { shouldUseDarkColors: false }
export const ClipboardItem = nothing
export const Menu = nothing
export const clipboard = nothing
export const powerMonitor = nothing
export const shell = nothing
