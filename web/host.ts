import { lockDataDirectory } from '../core/database/data-directory-lock.ts'
import { guardNetwork, onBlockedAttempt } from '../core/hosting/network-guard.ts'
import { nodeHost, rendererDirectory } from '../core/hosting/node-host.ts'
import { createOpenedFiles } from '../core/hosting/opened-files.ts'
import { readRendererFiles } from '../core/hosting/renderer-files.ts'
import type { Studio } from '../core/studio.ts'
import { type WebServer, startWebServer } from './server.ts'

export type WebHostOptions = {
  dataDirectory: string
  port?: number
  name?: 'random' | 'address'
  /** files that the first page is to be asked about, absolute */
  files?: readonly string[]
}

export type WebHost = WebServer & {
  /** The library is open. Rejects with a SanggarError when it cannot be; the host is closed then. */
  opened: Promise<void>
}

/** Milliseconds until the library opens without a page: jobs that wait go on whether somebody looks or not. */
const longestWait = 1000

/**
 * The whole app for browsers of this machine. Throws SanggarError 'library-busy' when it already runs.
 * [Note: Served before it is open] A browser takes as long to start the page as the library takes to open, so both happen
 * at once: the page's files come first, then the library opens, and what the page asks of it waits. Nothing that only the
 * library needs is loaded before.
 */
export async function startWebHost({
  dataDirectory,
  port,
  name,
  files: brought = [],
}: WebHostOptions): Promise<WebHost> {
  // The renderer first: without it there is nothing to serve and the library need not be opened.
  const files = await readRendererFiles(rendererDirectory)
  const guard = guardNetwork()
  const unlock = lockDataDirectory(dataDirectory)
  const whole = Promise.withResolvers<Studio>()
  let opening = false
  /** Once, whoever asks first. */
  const studio = (): Promise<Studio> => {
    if (!opening) {
      opening = true
      whole.resolve(openStudio())
    }
    return whole.promise
  }
  async function openStudio(): Promise<Studio> {
    const opened = createOpenedFiles()
    opened.open(brought)
    const { createStudio } = await import('../core/create-studio.ts')
    return createStudio({ ...nodeHost('web', dataDirectory), opened }, unlock)
  }
  const server = await startWebServer({
    studio,
    files,
    ...(port === undefined ? {} : { port }),
    ...(name === undefined ? {} : { name }),
  }).catch((error: unknown) => {
    unlock()
    throw error
  })
  const withoutPage = setTimeout(() => void studio().catch(() => undefined), longestWait)
  const unsubscribe = onBlockedAttempt(({ address, origin }) => {
    void whole.promise.then(
      ({ recordBlockedRequest }) => recordBlockedRequest(address, origin),
      () => undefined,
    )
  })
  const opened = whole.promise.then(
    () => undefined,
    async (error: unknown) => {
      await server.close()
      throw error
    },
  )
  // Whoever awaits it later hears of it then.
  opened.catch(() => undefined)
  return {
    ...server,
    opened,
    async close() {
      clearTimeout(withoutPage)
      await server.close()
      unsubscribe()
      if (!opening) unlock()
      else
        await whole.promise.then(
          (open) => open.close(),
          () => undefined,
        )
      guard.release()
    },
  }
}
