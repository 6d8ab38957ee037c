import type { BrowserWindowConstructorOptions } from 'electron'

/** The window's options. Hidden until the first frame is there; no title but the app's name, ever. */
export function windowOptions(
  preload: string,
  packaged: boolean,
  dark: boolean,
): BrowserWindowConstructorOptions {
  return {
    title: 'Sanggar',
    width: 1320,
    height: 860,
    minWidth: 640,
    minHeight: 480,
    show: false,
    backgroundColor: dark ? '#141416' : '#fafafa',
    webPreferences: {
      preload,
      // In memory: nothing of the page (cookies, caches, storage) reaches the disk.
      partition: 'sanggar',
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      devTools: !packaged,
    },
  }
}
