import { z } from 'zod'
import { WebSocket, WebSocketServer } from 'ws'
import { type Message, answer } from '../contract/rpc.ts'
import type { Studio } from '../core/studio.ts'
import { type Session, sameSecret } from './sessions.ts'

const maximumMessage = 1024 * 1024
const maximumSockets = 16
/** bytes that may wait for a page that does not read; then it is cut off and asks again after reconnecting */
const maximumBacklog = 16 * 1024 * 1024
const helloSchema = z.object({ type: z.literal('hello'), token: z.string().max(200) })

/** WebSocket close codes of our own range (RFC 6455, 7.4.2). */
export const closeCodes = { unauthorised: 4401, notAMessage: 4400, tooSlow: 4408 } as const

export type RpcSockets = ReturnType<typeof createRpcSockets>

/**
 * The socket side of the studio: a hello with the page's token first, then the contract's messages, which wait, in their
 * order, for a studio that is still opening.
 */
export function createRpcSockets(studio: Promise<Studio>, helloTimeout = 20_000) {
  const server = new WebSocketServer({ noServer: true, maxPayload: maximumMessage, perMessageDeflate: false })
  const greeted = new Set<WebSocket>()

  const send = (socket: WebSocket, message: Message) => {
    if (socket.readyState !== WebSocket.OPEN) return
    if (socket.bufferedAmount > maximumBacklog) socket.close(closeCodes.tooSlow)
    else socket.send(JSON.stringify(message))
  }
  const listening = studio.then(
    ({ onEvent }) =>
      onEvent((name, value) => {
        for (const socket of greeted) send(socket, { type: 'event', name, value })
      }),
    // The host says why; its sockets close with it.
    () => () => undefined,
  )

  return {
    server,
    full: () => server.clients.size >= maximumSockets,
    accept(socket: WebSocket, session: Session) {
      const timer = setTimeout(() => socket.close(closeCodes.unauthorised), helloTimeout)
      socket.on('close', () => {
        clearTimeout(timer)
        greeted.delete(socket)
      })
      // ws reports an oversize or malformed frame here and closes by itself.
      socket.on('error', () => socket.terminate())
      socket.on('message', (data, isBinary) => {
        const message = isBinary ? undefined : parse(data as Buffer)
        if (message === undefined) return socket.close(closeCodes.notAMessage)
        if (greeted.has(socket)) {
          void studio.then(
            ({ handlers }) => answer(handlers, message, (reply) => send(socket, reply)),
            () => undefined,
          )
          return
        }
        const hello = helloSchema.safeParse(message)
        if (!hello.success || !sameSecret(hello.data.token, session.pageToken)) {
          return socket.close(closeCodes.unauthorised)
        }
        clearTimeout(timer)
        greeted.add(socket)
      })
    },
    close() {
      void listening.then((unsubscribe) => unsubscribe())
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return undefined
  }
}
