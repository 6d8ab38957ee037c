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

/** "id" for Bahasa Indonesia, else English. */
export function systemLanguage(env: NodeJS.ProcessEnv = process.env): 'en' | 'id' {
  const asked = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  )
  const locale = asked ?? new Intl.DateTimeFormat().resolvedOptions().locale
  return /^(id|in)([_.@-]|$)/i.test(locale) ? 'id' : 'en'
}

/** `--safe` of the command line, which every command and the web host read. */
export const safeVariable = 'SANGGAR_SAFE'

/** What a plain Node process lends to the studio: no keychain, no native dialogs. */
export function nodeHost(kind: 'web' | 'cli', dataDirectory: string): Host {
  return {
    kind,
    version,
    dataDirectory,
    resources: { models: path.join(root, 'models'), resources: path.join(root, 'resources') },
    language: systemLanguage(),
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
