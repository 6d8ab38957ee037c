import net from 'node:net'
import { type Handlers, requests } from '../../contract/api.ts'
import { answer } from '../../contract/rpc.ts'
import { studioDouble } from '../../core/hosting/studio-double.ts'
import { startWebServer } from '../../web/server.ts'
import { type OpenParser, type Parser, json } from './parser.ts'

/** Messages as a socket gets them: text, JSON, the contract. What handlers do is not asked here. */
function messages(): Parser {
  const handlers = new Proxy({}, { get: () => () => null }) as Handlers
  const call = (name: string, input: unknown) => json({ type: 'call', id: 1, name, input })
  return {
    corpus: [
      ...Object.keys(requests).map((name) => call(name, null)),
      call('jobs.submit', { kind: 'generate', prompt: 'a', model: 'm', seed: '5', count: 2 }),
      call('images.query', { text: 'model:x', limit: 5 }),
      call('images.change', { ids: ['a'], change: { tags: ['x'] } }),
      call('settings.change', { trashDays: 5 }),
    ],
    async parse(bytes) {
      let raw: unknown
      try {
        raw = JSON.parse(bytes.toString())
      } catch {
        return // the host closes such a socket
      }
      await answer(handlers, raw, (message) => JSON.stringify(message))
    },
  }
}

/** Raw bytes to the loopback server, whatever comes; it must answer or close, and live on. */
async function http(): Promise<Parser> {
  const page = { type: 'text/html', bytes: new TextEncoder().encode('%SANGGAR_TOKEN%') }
  const server = await startWebServer({
    studio: async () => studioDouble().studio,
    files: new Map([['/', page]]),
  })
  const { port, host } = new URL(server.site.origin)
  const request = (line: string, ...headers: string[]) =>
    Buffer.from([line, `Host: ${host}`, ...headers, '', ''].join('\r\n'))
  const whole = request('GET / HTTP/1.1', 'Sec-Fetch-Site: none')
  return {
    corpus: [
      whole,
      request('GET /media/image/abc?w=320 HTTP/1.1', 'Sec-Fetch-Site: same-origin', 'Cookie: session=x'),
      request('POST /media/input?name=a HTTP/1.1', `Origin: ${server.site.origin}`, 'Content-Length: 5'),
      request('GET /rpc HTTP/1.1', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'),
      request('GET /..%2f..%2fetc/passwd HTTP/1.1'),
    ],
    lanes: 32,
    parse: (bytes) =>
      new Promise<void>((resolve) => {
        const socket = net.connect(Number(port), '127.0.0.1')
        const limit = setTimeout(() => {
          socket.destroy()
          resolve() // it waits for the rest of a request: its own timeouts end that
        }, 100)
        socket.on('data', () => socket.end())
        socket.on('error', () => undefined)
        socket.on('connect', () => socket.end(bytes))
        socket.on('close', () => {
          clearTimeout(limit)
          resolve()
        })
      }),
    async close() {
      // After all that: an honest request is answered.
      const answered = await new Promise<string>((resolve, reject) => {
        const socket = net.connect(Number(port), '127.0.0.1', () => socket.write(whole))
        socket.once('data', (data) => resolve(data.toString()))
        socket.once('error', reject)
        socket.once('close', () => reject(new Error('closed without an answer')))
      })
      if (!/^HTTP\/1\.1 40[13] /.test(answered))
        throw new Error(`no answer any more: ${answered.slice(0, 80)}`)
      await server.close()
    },
  }
}

export const trafficParsers: Record<string, OpenParser> = { 'rpc message': messages, 'HTTP request': http }
