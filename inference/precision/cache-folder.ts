import { createHash } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** Name of a cache entry: whatever it depends on goes in, any change makes it another. */
export function cacheKey(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Path, size and time of change of the files that a cache was made from. */
export async function fileIdentity(paths: Iterable<string>): Promise<string> {
  const ids = [...new Set(paths)].sort().map(async (path) => {
    const { size, mtimeMs } = await stat(path)
    return [path, size, mtimeMs]
  })
  return JSON.stringify(await Promise.all(ids))
}

/** What an entry is, for people who look at the list: core/models/prepared-forms.ts reads it. */
export type About = {
  /** file or folder of the model */
  model: string
  /** unet, transformer, text_encoder … */
  network: string
  kind: 'weights' | 'packed'
}

const aboutName = 'about.json'

async function sizesIn(folder: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const name of (await readdir(folder)).sort()) {
    if (name !== aboutName) sizes[name] = (await stat(join(folder, name))).size
  }
  return sizes
}

/** To the disk: an entry has its name only when a power cut cannot take its content any more. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The entry has all files that it was finished with, in full size. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    const { files } = JSON.parse(await readFile(join(folder, aboutName), 'utf8')) as {
      files: Record<string, number>
    }
    const sizes = await sizesIn(folder)
    return Object.entries(files).every(([name, size]) => sizes[name] === size)
  } catch {
    return false // Absent, or damaged beyond reading: either way it is made anew.
  }
}

/** The folder of the entry `key`, used now; undefined when there is none that is whole. */
export async function findEntry(root: string, key: string): Promise<string | undefined> {
  const folder = join(root, key)
  if (!(await isWhole(folder))) return undefined
  const now = new Date()
  await utimes(folder, now, now)
  return folder
}

/** An empty folder to make the entry `key` in; `trimCache` removes those of processes that died. */
export async function partialFolder(root: string, key: string): Promise<string> {
  const partial = join(root, `.${key}.${process.pid}.partial`)
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  return partial
}

/**
 * The entry `key`, made by `fill` in a folder beside it when it is not there. It gets its name when it is complete,
 * so that a half-written one is never seen; when two processes make the same, the first to finish wins.
 */
export async function cacheEntry(
  root: string,
  key: string,
  about: About,
  fill: (folder: string) => Promise<void>,
): Promise<{ folder: string; made: boolean }> {
  const found = await findEntry(root, key)
  if (found !== undefined) return { folder: found, made: false }
  const folder = join(root, key)
  const partial = await partialFolder(root, key)
  try {
    await fill(partial)
    const files = await sizesIn(partial)
    for (const name of Object.keys(files)) await flush(join(partial, name))
    await writeFile(join(partial, aboutName), JSON.stringify({ ...about, files }), { flush: true })
    if ((await findEntry(root, key)) === undefined) await rm(folder, { recursive: true, force: true })
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if ((await findEntry(root, key)) !== undefined) return { folder, made: false }
    throw error
  }
  return { folder, made: true }
}

export type CacheUse = { key: string; bytes: number; lastUsed: Date }

/** Every entry, the longest unused first. */
export async function listCache(root: string): Promise<CacheUse[]> {
  const names = await readdir(root).catch(() => [] as string[])
  const uses = names
    .filter((name) => /^[0-9a-f]{32}$/.test(name))
    .map(async (key) => {
      const folder = join(root, key)
      const bytes = Object.values(await sizesIn(folder)).reduce((sum, size) => sum + size, 0)
      return { key, bytes, lastUsed: (await stat(folder)).mtime }
    })
  return (await Promise.all(uses)).sort((a, b) => a.lastUsed.getTime() - b.lastUsed.getTime())
}

/** Removes the longest unused entries until at most `limit` bytes are left, and what crashed builds left behind. */
export async function trimCache(
  root: string,
  limit: number,
  keep: readonly string[] = [],
): Promise<string[]> {
  const uses = await listCache(root)
  let total = uses.reduce((sum, { bytes }) => sum + bytes, 0)
  const removed: string[] = []
  for (const { key, bytes } of uses) {
    if (total <= limit) break
    if (keep.includes(key)) continue
    await rm(join(root, key), { recursive: true, force: true })
    removed.push(key)
    total -= bytes
  }
  for (const name of await readdir(root).catch(() => [] as string[])) {
    const pid = /^\.[0-9a-f]{32}\.(\d+)\.partial$/.exec(basename(name))?.[1]
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(root, name), { recursive: true, force: true })
  }
  return removed
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
