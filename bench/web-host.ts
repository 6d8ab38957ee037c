import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { WebSocket } from 'ws'
import type { EventName, EventValue, RequestInput, RequestName, RequestOutput } from '../contract/api.ts'
import { createClient } from '../contract/rpc.ts'
import { ensureBuilt } from '../scripts/build.mjs'
import { ask, enter, sameOrigin } from '../web/test-client.ts'

/** The web host in a process of its own, and what its page does: calls and events over the socket, media over HTTP. */
export type WebHost = {
  process: ChildProcess
  /** Throws the failure as text: a bench has nobody to explain it to. */
  call<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>>
  on<Name extends EventName>(name: Name, listener: (value: EventValue<Name>) => void): () => void
  /** Status of a GET with the page's session; the body is read to its end. */
  get(address: string): Promise<number>
  stop(): Promise<void>
}

const root = path.resolve(import.meta.dirname, '..')

export async function startHost(dataDirectory: string): Promise<WebHost> {
  await ensureBuilt(process.execPath)
  const child = spawn(
    process.execPath,
    [path.join(root, 'out', 'main', 'cli.js'), 'serve', '--no-open', '--data', dataDirectory],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const link = await linkOf(child)
  const { host, origin, port } = new URL(link)
  const site = { host, origin }
  const { cookie, token } = await enter(site, link)
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { host, origin, cookie } })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', reject)
  })
  socket.send(JSON.stringify({ type: 'hello', token }))
  const client = createClient((message) => socket.send(JSON.stringify(message)))
  socket.on('message', (data: Buffer) => client.receive(JSON.parse(data.toString())))
  socket.on('close', () => client.close())
  return {
    process: child,
    async call(name, input) {
      const outcome = await client.call(name, input)
      if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
      return outcome.value
    },
    on: (name, listener) => client.on(name, listener),
    get: async (address) => (await ask(site, address, { headers: { ...sameOrigin, cookie } })).status,
    async stop() {
      const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
      socket.terminate()
      child.kill('SIGTERM')
      await ended
    },
  }
}

function linkOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000)
      const link = /Sanggar is at (\S+)/.exec(said)?.[1]
      if (link !== undefined) resolve(link)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', (code) => reject(new Error(`the host ended with ${code}: ${said}`)))
  })
}
