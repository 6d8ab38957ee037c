import { contextBridge, ipcRenderer } from 'electron'

// One bundled CommonJS file without imports of ours: the sandbox gives a preload nothing else. The page gets two
// functions and no ipcRenderer; what travels is checked on the other side.
const channelName = 'sanggar'

contextBridge.exposeInMainWorld('sanggar', {
  send(message: unknown) {
    ipcRenderer.send(channelName, message)
  },
  onMessage(listener: (message: unknown) => void) {
    ipcRenderer.on(channelName, (_event, message: unknown) => listener(message))
  },
})
