import { createStudio } from '../core/create-studio.ts'
import { guardNetwork, onBlockedAttempt } from '../core/hosting/network-guard.ts'
import { nodeHost, rendererDirectory } from '../core/hosting/node-host.ts'
import { createOpenedFiles } from '../core/hosting/opened-files.ts'
import { readRendererFiles } from '../core/hosting/renderer-files.ts'
import { type WebServer, startWebServer } from './server.ts'

export type WebHostOptions = {
  dataDirectory: string
  port?: number
  name?: 'random' | 'address'
  /** files that the first page is to be asked about, absolute */
  files?: readonly string[]
}

/** The whole app for browsers of this machine. Throws SanggarError 'library-busy' when it already runs. */
export async function startWebHost({
  dataDirectory,
  port,
  name,
  files: brought = [],
}: WebHostOptions): Promise<WebServer> {
  // The renderer first: without it there is nothing to serve and the library need not be opened.
  const files = await readRendererFiles(rendererDirectory)
  const guard = guardNetwork()
  const opened = createOpenedFiles()
  opened.open(brought)
  const studio = await createStudio({ ...nodeHost('web', dataDirectory), opened })
  const unsubscribe = onBlockedAttempt(({ address, origin }) => studio.recordBlockedRequest(address, origin))
  const server = await startWebServer({
    studio,
    files,
    ...(port === undefined ? {} : { port }),
    ...(name === undefined ? {} : { name }),
  }).catch(async (error: unknown) => {
    await studio.close()
    throw error
  })
  return {
    ...server,
    async close() {
      await server.close()
      unsubscribe()
      await studio.close()
      guard.release()
    },
  }
}
