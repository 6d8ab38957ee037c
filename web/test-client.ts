import http from 'node:http'
import { WebSocket } from 'ws'
import type { Site } from './site.ts'

export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string }
type Asked = { method?: string; headers?: http.OutgoingHttpHeaders; body?: Uint8Array | undefined }

const port = (site: Site) => Number(site.host.split(':')[1])

/** What Chromium sends with a person's own navigation, and with the page's own requests. */
export const navigation = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }
export const sameOrigin = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }

/** A raw request to the loopback port: an attacker chooses every header, fetch() would not let one. */
export function ask(
  site: Site,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port: port(site),
        path,
        method,
        headers: { host: site.host, ...headers },
        agent: false,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        )
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Follows a link as a browser does: the session cookie, and the page's token from its meta element. */
export async function enter(site: Site, link: string): Promise<{ cookie: string; token: string }> {
  const { pathname, search } = new URL(link)
  const first = await ask(site, pathname + search, { headers: navigation })
  const cookie = (first.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
  const page = await ask(site, '/', { headers: { ...navigation, cookie } })
  return { cookie, token: /"sanggar-token" content="([^"]*)"/.exec(page.body)?.[1] ?? '' }
}

export type Socket = { socket: WebSocket; closed: Promise<number>; next: () => Promise<unknown> }

/** Resolves with the socket, or with the HTTP status that refused the upgrade. */
export function upgrade(
  site: Site,
  headers: Record<string, string>,
  path = '/rpc',
): Promise<Socket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port(site)}${path}`, {
      headers: { host: site.host, ...headers },
    })
    const waiting: ((message: unknown) => void)[] = []
    const arrived: unknown[] = []
    socket.on('message', (data: Buffer) => {
      const message: unknown = JSON.parse(data.toString())
      const first = waiting.shift()
      if (first === undefined) arrived.push(message)
      else first(message)
    })
    const next = () =>
      arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((take) => void waiting.push(take))
    const closed = new Promise<number>((ended) => void socket.on('close', ended))
    socket.on('open', () => resolve({ socket, closed, next }))
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', reject)
  })
}
