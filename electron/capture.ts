import type { BrowserWindow } from 'electron'

/** Where Electron can keep a window out of screenshots and recordings; other systems have nothing to ask for it. */
export function canHideFromCapture(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'darwin' || platform === 'win32'
}

/** One choice for all windows, also for those that are opened later. */
export function createCapture() {
  const windows = new Set<Pick<BrowserWindow, 'setContentProtection'>>()
  let hidden = false
  return {
    hide(hide: boolean): void {
      hidden = hide
      for (const window of windows) window.setContentProtection(hide)
    },
    /** Gives the function that forgets the window. */
    watch(window: Pick<BrowserWindow, 'setContentProtection'>): () => void {
      windows.add(window)
      window.setContentProtection(hidden)
      return () => windows.delete(window)
    },
  }
}
