import { afterEach, expect, test } from 'vitest'
import { openChannel } from './channel.ts'

const holder = process as unknown as { parentPort?: unknown }
afterEach(() => {
  delete holder.parentPort
})

test("Electron's port carries messages in `data`", () => {
  const sent: unknown[] = []
  let receive: ((event: { data: unknown }) => void) | undefined
  holder.parentPort = {
    postMessage: (message: unknown) => sent.push(message),
    on: (_: string, listener: (event: { data: unknown }) => void) => {
      receive = listener
    },
  }
  const channel = openChannel()
  const heard: unknown[] = []
  channel.onMessage((message) => heard.push(message))
  channel.send({ type: 'done', id: 'a' })
  receive?.({ data: { type: 'release' } })
  expect(sent).toEqual([{ type: 'done', id: 'a' }])
  expect(heard).toEqual([{ type: 'release' }])
})
