import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError } from '../../contract/sanggar-error.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

export type RendererFile = { type: string; bytes: Uint8Array<ArrayBuffer> }

/**
 * The built renderer, read once: URL path -> file. What is not in this list does not exist, so there is no path
 * to join and nothing to traverse. Throws SanggarError 'path-not-found' when the renderer is not built.
 */
export async function readRendererFiles(folder: string): Promise<ReadonlyMap<string, RendererFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new SanggarError({ code: 'path-not-found', path: folder }, { cause })
  })
  const read = entries.map(async (entry): Promise<[string, RendererFile][]> => {
    const type = types[path.extname(entry.name)]
    if (!entry.isFile() || type === undefined) return []
    const file = path.join(entry.parentPath, entry.name)
    const bytes = new Uint8Array(await readFile(file))
    return [[`/${path.relative(folder, file).split(path.sep).join('/')}`, { type, bytes }]]
  })
  const files = new Map((await Promise.all(read)).flat())
  const start = files.get('/index.html')
  if (start === undefined)
    throw new SanggarError({ code: 'path-not-found', path: path.join(folder, 'index.html') })
  return files.set('/', start)
}

/** index.html with the token that the page must repeat on its socket ("" where the host needs none). */
export function pageWithToken(page: RendererFile, token: string): RendererFile {
  const text = new TextDecoder().decode(page.bytes).replaceAll('%SANGGAR_TOKEN%', token)
  return { type: page.type, bytes: new TextEncoder().encode(text) }
}
