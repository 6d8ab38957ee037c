import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { RequestInput, RequestName, RequestOutput } from '../contract/api.ts'
import { SanggarError, failureSchema } from '../contract/errors.ts'
import { type Client, answer, createClient } from '../contract/rpc.ts'
import { createStudio } from '../core/create-studio.ts'
import { dataDirectory } from '../core/hosting/data-directory.ts'
import { guardNetwork, onBlockedAttempt } from '../core/hosting/network-guard.ts'
import { nodeHost } from '../core/hosting/node-host.ts'
import { askPassphrase } from './ask-passphrase.ts'
import { CommandFailure } from './usage.ts'

/** The studio as a client sees it: the same messages as a browser's, without the wire between. */
export type StudioSession = {
  call<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>>
  on: Client['on']
  /** GET of a relative URL; POST when there is a body. */
  fetch(url: string, body?: Uint8Array<ArrayBuffer>): Promise<Response>
}

/** Opens the library, does the work, and lets the library go whatever happened. */
export async function withStudio<Result>(
  data: string | undefined,
  work: (session: StudioSession) => Promise<Result>,
): Promise<Result> {
  const guard = guardNetwork()
  const studio = await createStudio(nodeHost('cli', dataDirectory(data)))
  const client: Client = createClient((message) => {
    void answer(studio.handlers, message, (reply) => client.receive(reply))
  })
  const stop = [
    studio.onEvent((name, value) => client.receive({ type: 'event', name, value })),
    onBlockedAttempt(({ address, origin }) => studio.recordBlockedRequest(address, origin)),
  ]
  const call: StudioSession['call'] = async (name, input) => {
    const outcome = await client.call(name, input)
    if (!outcome.ok) throw new CommandFailure(outcome.failure)
    return outcome.value
  }
  try {
    const first = await client.call('settings.get', null)
    if (!first.ok && first.failure.code === 'vault-locked') {
      const passphrase = process.env['SANGGAR_PASSPHRASE'] ?? (await askPassphrase())
      if (passphrase !== undefined) await call('vault.unlock', { passphrase })
    }
    return await work({
      call,
      on: (name, listener) => client.on(name, listener),
      async fetch(url, body) {
        const request = new Request(new URL(url, 'http://sanggar.invalid'), body && { method: 'POST', body })
        const response = await studio.handleMedia(request)
        if (response.ok) return response
        const failure = failureSchema.safeParse(await response.json().catch(() => null))
        throw new CommandFailure(failure.data ?? { code: 'internal', detail: `status ${response.status}` })
      },
    })
  } finally {
    for (const end of stop) end()
    client.close()
    await studio.close()
    guard.release()
  }
}

/** Brings a picture or mask file into the studio and returns its id there. */
export async function bringIn(
  session: StudioSession,
  file: string,
  kind: 'input' | 'mask',
  incognito = false,
): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new SanggarError({ code: 'path-not-found', path: file }, { cause })
  })
  const query = new URLSearchParams({
    ...(kind === 'input' ? { name: path.basename(file) } : {}),
    ...(incognito ? { incognito: '1' } : {}),
  })
  const response = await session.fetch(`/media/${kind}?${query.toString()}`, new Uint8Array(bytes))
  return ((await response.json()) as { id: string }).id
}
