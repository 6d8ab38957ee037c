import type { Handlers } from '../../contract/api.ts'
import type { Studio } from '../studio.ts'

/** A studio that answers two calls and keeps what it was sent; the guards around it are what is tested. */
export function studioDouble() {
  const calls: string[] = []
  const bodies: number[] = []
  const listeners = new Set<Parameters<Studio['onEvent']>[0]>()
  const handlers = {
    'queue.state': () => {
      calls.push('queue.state')
      return { paused: false }
    },
  } as unknown as Handlers
  const studio: Studio = {
    handlers,
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async handleMedia(request) {
      calls.push(`${request.method} ${new URL(request.url).pathname}`)
      if (request.method === 'POST') bodies.push((await request.arrayBuffer()).byteLength)
      return new Response('pixels', { status: 200, headers: { 'content-type': 'image/png' } })
    },
    recordBlockedRequest: () => undefined,
    lock: async () => undefined,
    close: () => Promise.resolve(),
  }
  return {
    studio,
    calls,
    bodies,
    emit: (paused: boolean) => listeners.forEach((tell) => tell('queue.changed', { paused })),
  }
}
