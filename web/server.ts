import type Http from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type RendererFile, pageWithToken } from '../core/hosting/renderer-files.ts'
import { securityHeaders } from '../core/hosting/security-headers.ts'
import type { Studio } from '../core/studio.ts'
import { type Refusal, refusalOf, refusalOfUpgrade } from './guard.ts'
import { serveMedia } from './media.ts'
import type { RpcSockets } from './rpc-socket.ts'
import { type Session, createSessions, sameSecret, setCookie } from './sessions.ts'
import { type Site, siteAt } from './site.ts'

export type WebServerOptions = {
  /** Opens it when it is first asked for, or gives the one that is opening: requests wait for it, the page's files do not. */
  studio(): Promise<Studio>
  files: ReadonlyMap<string, RendererFile>
  /** 0 or absent: any that is free */
  port?: number
  /** 'address': http://127.0.0.1 instead of a random name below .localhost */
  name?: 'random' | 'address'
  helloTimeout?: number
}

export type WebServer = {
  site: Site
  /** A new link that opens the app in one browser. */
  newLink(): string
  close(): Promise<void>
}

const loopback = '127.0.0.1'
/** Milliseconds without a request for another file after which a page has all that it starts with. */
const quiet = 60
// An import would touch every export, Node's own fetch and WebSocket among them, and take 50 ms of each start.
const { createServer } = createRequire(import.meta.url)('node:http') as typeof Http

/** Serves the studio to browsers of this machine and to nothing else. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { studio, files } = options
  const sessions = createSessions()
  let sockets: Promise<RpcSockets> | undefined
  const openSockets = () =>
    (sockets ??= import('./rpc-socket.ts').then(({ createRpcSockets }) =>
      createRpcSockets(studio(), options.helloTimeout),
    ))
  // A request can arrive only after listen(), when the port and with it the site is known.
  let site: Site = { host: '', origin: '' }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      // Never a path or a message: whoever asks learns nothing about this machine.
      if (!response.headersSent) plain(response, 500, 'Something went wrong')
      else response.destroy()
    })
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? ''
    const url = URL.parse(request.url ?? '', site.origin)
    if (url === null || url.origin !== site.origin) return plain(response, 400, 'Bad request')
    const refusal = refusalOf({ method, path: url.pathname, headers: request.headers }, site)
    if (refusal !== null) return refuse(request, response, refusal)

    const link = url.searchParams.get('token')
    if (url.pathname === '/' && link !== null) return enter(response, sessions.redeem(link))
    const session = sessions.find(request.headers.cookie)
    if (session === undefined) return refuse(request, response, { status: 401, reason: 'session' })

    if (/^\/(media|export)\//.test(url.pathname)) {
      const token = request.headers['x-sanggar-token']
      if (method === 'POST' && !(typeof token === 'string' && sameSecret(token, session.pageToken))) {
        return refuse(request, response, { status: 401, reason: 'token' })
      }
      return serveMedia(await studio(), url, request, response)
    }
    const file = files.get(url.pathname)
    if (method === 'POST' || file === undefined) return plain(response, 404, 'Not found')
    const { type, bytes } = url.pathname === '/' ? pageWithToken(file, session.pageToken) : file
    response.writeHead(200, { ...securityHeaders, 'content-type': type, 'content-length': bytes.length })
    response.end(method === 'HEAD' ? undefined : bytes)
    if (url.pathname !== '/') response.once('finish', getReadySoon)
  }

  // While the browser runs the page's scripts, what they will ask for gets ready; not before, since that keeps this process
  // from sending them.
  let ready: NodeJS.Timeout | undefined
  function getReadySoon(): void {
    clearTimeout(ready)
    if (sockets === undefined) ready = setTimeout(() => void openSockets(), quiet)
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { method = '', url = '', headers } = request
    const refusal = refusalOfUpgrade({ method, path: url, headers }, site)
    const session = sessions.find(headers.cookie)
    socket.on('error', () => socket.destroy())
    const turnAway = (status: number): void => {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }
    if (refusal !== null || session === undefined) {
      turnAway(refusal?.status ?? 401)
      return
    }
    void openSockets().then((opened) => {
      if (opened.full()) turnAway(503)
      else opened.server.handleUpgrade(request, socket, head, (open) => opened.accept(open, session))
    })
  })

  limit(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: loopback, port: options.port ?? 0, exclusive: true }, resolve)
  })
  const bound = server.address() as AddressInfo
  if (bound.address !== loopback) throw new Error('the web host may listen on 127.0.0.1 only')
  site = siteAt(bound.port, options.name)

  return {
    site,
    newLink: () => `${site.origin}/?token=${sessions.newLink()}`,
    async close() {
      clearTimeout(ready)
      ;(await sockets)?.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

function limit(server: Server): void {
  server.headersTimeout = 10_000
  server.requestTimeout = 120_000
  server.keepAliveTimeout = 5000
  server.maxHeadersCount = 100
  server.maxConnections = 64
}

/** The link was followed: a session for this browser, and an address without the token. */
function enter(response: ServerResponse, session: Session | undefined): void {
  if (session === undefined)
    return plain(response, 401, 'This link has been used. Ask Sanggar for a new one.')
  response.writeHead(303, { ...securityHeaders, location: '/', 'set-cookie': setCookie(session) }).end()
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, reason }: Refusal): void {
  if (request.method === 'POST') response.setHeader('connection', 'close')
  plain(
    response,
    status,
    status === 401 ? 'Open Sanggar with the link that it printed.' : `Refused: ${reason}`,
  )
}

function plain(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' })
    .end(`${text}\n`)
}
