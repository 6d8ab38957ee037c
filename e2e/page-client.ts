import http from 'node:http'
import { WebSocket } from 'ws'
import type { EventName, RequestInput, RequestName, RequestOutput } from '../contract/api.ts'
import type { Job } from '../contract/job.ts'
import { createClient } from '../contract/rpc.ts'
import type { Server } from './sanggar-process.ts'

/** What a browser sends with a person's own navigation, and with the page's own requests. */
const navigation = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }
const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }

export type PageClient = Awaited<ReturnType<typeof openPageClient>>

/**
 * What the page of a running host does, without a browser: it follows the link once, repeats the page's token as the
 * first message of its socket and with every upload, and gets pictures by address.
 */
export async function openPageClient({ link, origin }: Server) {
  const { host, port } = new URL(origin)
  const first = await ask(link.slice(origin.length), navigation)
  const cookie = (first.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
  const page = await ask('/', { ...navigation, cookie })
  const token = /name="sanggar-token" content="([^"]*)"/.exec(page.body.toString())?.[1] ?? ''

  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { host, origin, cookie } })
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  const client = createClient((message) => socket.send(JSON.stringify(message)))
  socket.on('message', (data: Buffer) => client.receive(JSON.parse(data.toString())))
  socket.on('close', () => client.close())
  socket.send(JSON.stringify({ type: 'hello', token }))

  type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer }
  function ask(target: string, headers: http.OutgoingHttpHeaders, body?: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST'
      const options = { host: '127.0.0.1', port, path: target, method, agent: false }
      const request = http.request({ ...options, headers: { host, ...headers } }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        )
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  async function call<Name extends RequestName>(
    name: Name,
    input: RequestInput<Name>,
  ): Promise<RequestOutput<Name>> {
    const answer = await client.call(name, input)
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.failure)}`)
    return answer.value
  }

  function changed(name: EventName): Promise<void> {
    return new Promise((resolve) => {
      const stop = client.on(name, () => {
        stop()
        resolve()
      })
    })
  }

  return {
    call,
    /** Submits a job and waits for its end. */
    async make(request: RequestInput<'jobs.submit'>): Promise<Job> {
      const { id } = await call('jobs.submit', request)
      for (;;) {
        // Listen first, then look: it may have ended in between.
        const next = changed('job.changed')
        const job = (await call('jobs.list', null)).find((one) => one.id === id)
        if (job !== undefined && job.state !== 'queued' && job.state !== 'running') return job
        await next
      }
    },
    async upload(place: string, body: Buffer): Promise<string> {
      const headers = { ...own, origin, cookie, 'x-sanggar-token': token }
      const answer = await ask(`/media/${place}`, headers, body)
      return (JSON.parse(answer.body.toString()) as { id: string }).id
    },
    async get(target: string): Promise<Buffer> {
      const answer = await ask(target, { ...own, cookie })
      if (answer.status !== 200) throw new Error(`${target}: ${answer.status}`)
      return answer.body
    },
    close: () => socket.close(),
  }
}
