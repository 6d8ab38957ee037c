import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Host } from '../host.ts'
import { forkInference } from './fork-inference.ts'

// As deep in the sources as in the bundle, out/main.
const root = path.resolve(import.meta.dirname, '..', '..')

export const version = (
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
).version

/** Where `npm run build` puts the renderer. */
export const rendererDirectory = path.join(root, 'out', 'renderer')

/** `--safe` of the command line, which every command and the web host read. */
export const safeVariable = 'SANGGAR_SAFE'

/** What a plain Node process lends to the studio: no keychain, no native dialogs. */
export function nodeHost(kind: 'web' | 'cli', dataDirectory: string): Host {
  return {
    kind,
    version,
    dataDirectory,
    resources: { models: path.join(root, 'models'), resources: path.join(root, 'resources') },
    capabilities: {
      reveal: false,
      dialogs: false,
      keychain: false,
      hideFromCapture: false,
      dragOut: false,
      privateClipboard: false,
      notify: false,
    },
    spawnInference: () => forkInference(),
    safe: process.env[safeVariable] === '1',
  }
}
