import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError } from '../../contract/sanggar-error.ts'

/** Ends the names of files that are still being written; the sweep at start removes them. */
export const unfinishedSuffix = '.unfinished'

/** Writes to a temporary name beside the target, fsyncs, renames, fsyncs the folder: all of it or nothing. */
export async function writeDurably(file: string, bytes: Uint8Array, mode = 0o600): Promise<void> {
  const folder = path.dirname(file)
  const unfinished = `${file}.${randomBytes(4).toString('hex')}${unfinishedSuffix}`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(unfinished, 'wx', mode)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
    await syncFolder(folder)
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw diskFailure(cause, folder)
  }
}

/** Makes a rename or removal in `folder` durable. Windows cannot sync folders and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, constants.O_RDONLY)
    await handle.sync()
  } finally {
    await handle?.close()
  }
}

/** Overwrites the first `extent` bytes with noise, durably, and then removes the file. */
export async function shredFile(file: string, extentOf: (start: Uint8Array) => number): Promise<number> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r+')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw diskFailure(cause, path.dirname(file))
  }
  let size: number
  try {
    size = (await handle.stat()).size
    const start = Buffer.alloc(Math.min(size, 64))
    await handle.read(start, 0, start.length, 0)
    await handle.write(randomBytes(Math.min(size, extentOf(start))), 0, undefined, 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rm(file, { force: true })
  return size
}

/** Shreds what `writeDurably` of `file` left beside it when the program was killed: that may be a key. */
export async function shredUnfinished(file: string): Promise<void> {
  const folder = path.dirname(file)
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(`${path.basename(file)}.`) || !name.endsWith(unfinishedSuffix)) continue
    await shredFile(path.join(folder, name), () => 4096)
  }
}

/** Errors of the file system in the terms of the contract; anything unknown stays what it is. */
export function diskFailure(cause: unknown, place: string): unknown {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SanggarError({ code: 'disk-full', path: place }, { cause })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new SanggarError({ code: 'path-not-writable', path: place }, { cause })
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new SanggarError({ code: 'path-not-found', path: place }, { cause })
  }
  return cause
}
