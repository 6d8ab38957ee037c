import { readFile, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { PreparedForm } from '../../contract/model.ts'

/** Where the inference process keeps what it made of people's weights, below the data directory. */
export const preparedPath = path.join('cache', 'weights')

/** What inference writes beside a form: inference/precision/cache-folder.ts. */
const aboutSchema = z.object({
  model: z.string(),
  network: z.string(),
  kind: z.enum(['weights', 'packed']),
})
const entryName = /^[0-9a-f]{32}$/

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name)).catch(() => undefined))?.size)
  return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

async function aboutOf(folder: string): Promise<z.output<typeof aboutSchema>> {
  const text = await readFile(path.join(folder, 'about.json'), 'utf8').catch(() => undefined)
  // Made by an older version, or damaged: it is listed, so that it can be erased.
  const unknown = { model: '', network: '', kind: 'weights' } as const
  if (text === undefined) return unknown
  try {
    return aboutSchema.safeParse(JSON.parse(text)).data ?? unknown
  } catch {
    return unknown // no JSON any more
  }
}

/** Every complete form, the last used first. */
export async function listPrepared(folder: string): Promise<PreparedForm[]> {
  const names = await readdir(folder).catch(() => [])
  const forms = names
    .filter((name) => entryName.test(name))
    .map(async (key): Promise<PreparedForm> => {
      const entry = path.join(folder, key)
      const { mtimeMs } = await stat(entry)
      return { key, ...(await aboutOf(entry)), bytes: await bytesBelow(entry), lastUsed: Math.round(mtimeMs) }
    })
  return (await Promise.all(forms)).sort((one, other) => other.lastUsed - one.lastUsed)
}

/** Keys that are not there are no failure: somebody else erased them. */
export async function erasePrepared(folder: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    if (entryName.test(key)) await rm(path.join(folder, key), { recursive: true, force: true })
  }
}
