import { contextBridge, ipcRenderer, webUtils } from 'electron'

// One bundled CommonJS file without imports of ours: the sandbox gives a preload nothing else. The page gets three
// functions and no ipcRenderer; what travels is checked on the other side. A path is told of files that somebody
// dropped, and of no others: a page cannot make such a File itself.
const channelName = 'sanggar'

contextBridge.exposeInMainWorld('sanggar', {
  send(message: unknown) {
    ipcRenderer.send(channelName, message)
  },
  onMessage(listener: (message: unknown) => void) {
    ipcRenderer.on(channelName, (_event, message: unknown) => listener(message))
  },
  pathOf(file: File): string {
    return webUtils.getPathForFile(file)
  },
})
