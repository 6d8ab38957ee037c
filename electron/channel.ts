import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import { type Message, answer } from '../contract/rpc.ts'
import type { Studio } from '../core/studio.ts'
import { appOrigin } from './protocol.ts'

/** The only channel. Everything on it is the contract's. */
export const channelName = 'sanggar'

/** A message counts when it comes from the main frame of a page of ours, and from nothing inside it. */
export function isTrusted(event: Pick<IpcMainEvent, 'senderFrame' | 'sender'>): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && frame.origin === appOrigin
}

/** Returns the function that closes the channel. */
export function openChannel(
  ipcMain: Pick<IpcMain, 'on' | 'off'>,
  studio: Studio,
  pages: () => readonly Pick<WebContents, 'send' | 'isDestroyed'>[],
): () => void {
  const send = (page: Pick<WebContents, 'send' | 'isDestroyed'>, message: Message) => {
    if (!page.isDestroyed()) page.send(channelName, message)
  }
  const receive = (event: IpcMainEvent, message: unknown) => {
    if (isTrusted(event)) void answer(studio.handlers, message, (reply) => send(event.sender, reply))
  }
  ipcMain.on(channelName, receive)
  const unsubscribe = studio.onEvent((name, value) => {
    for (const page of pages()) send(page, { type: 'event', name, value })
  })
  return () => {
    unsubscribe()
    ipcMain.off(channelName, receive)
  }
}
