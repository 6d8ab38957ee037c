import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
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

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/**
 * The entry `key`, made by `fill` in a folder beside it when it is not there. It gets its name when it is complete,
 * so that a half-written one is never seen; when two processes make the same, the first to finish wins.
 */
export async function cacheEntry(
  root: string,
  key: string,
  fill: (folder: string) => Promise<void>,
): Promise<{ folder: string; made: boolean }> {
  const folder = join(root, key)
  if (await exists(folder)) {
    const now = new Date()
    await utimes(folder, now, now)
    return { folder, made: false }
  }
  const partial = join(root, `.${key}.${process.pid}.partial`)
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  try {
    await fill(partial)
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if (await exists(folder)) return { folder, made: false }
    throw error
  }
  return { folder, made: true }
}

export type CacheUse = { key: string; bytes: number; lastUsed: Date }

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Every complete entry, the longest unused first. */
export async function listCache(root: string): Promise<CacheUse[]> {
  const names = await readdir(root).catch(() => [] as string[])
  const uses = names
    .filter((name) => /^[0-9a-f]{32}$/.test(name))
    .map(async (key) => {
      const folder = join(root, key)
      return { key, bytes: await bytesBelow(folder), lastUsed: (await stat(folder)).mtime }
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
