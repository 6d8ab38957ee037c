import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SanggarError } from '../../contract/errors.ts'
import { inPieces } from './text-pieces.ts'
import { diskFailure, syncFolder, unfinishedSuffix } from '../vault/durable-file.ts'

/** A folder of this machine to write into: made when it is not there. Throws the contract's path failures. */
export async function openFolder(folder: string): Promise<void> {
  if (!path.isAbsolute(folder)) throw new SanggarError({ code: 'path-not-found', path: folder })
  try {
    await mkdir(folder, { recursive: true })
    if (!(await stat(folder)).isDirectory()) throw new SanggarError({ code: 'path-not-found', path: folder })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new SanggarError({ code: 'already-exists', path: folder }, { cause })
    }
    throw cause instanceof SanggarError ? cause : diskFailure(cause, folder)
  }
}

/** Names in use, as a case-blind file system compares them: nothing that is there is overwritten. */
export async function takenNames(folder: string): Promise<Set<string>> {
  return new Set((await readdir(folder)).map((name) => name.toLowerCase()))
}

/** Streams into a file beside its final name and renames it when it is whole and durable. Gives its size. */
export async function writeStream(
  file: string,
  content: Iterable<string | Buffer> | AsyncIterable<string | Buffer> | Readable,
  { signal, mode = 0o644 }: { signal?: AbortSignal; mode?: number } = {},
): Promise<number> {
  const unfinished = `${file}${unfinishedSuffix}`
  try {
    const pieces = Symbol.iterator in content ? inPieces(content) : content
    const source = content instanceof Readable ? content : Readable.from(pieces, { objectMode: false })
    await pipeline(source, createWriteStream(unfinished, { mode }), ...(signal ? [{ signal }] : []))
    const handle = await open(unfinished, 'r+')
    await handle.sync().finally(() => handle.close())
    const { size } = await stat(unfinished)
    await rename(unfinished, file)
    await syncFolder(path.dirname(file))
    return size
  } catch (cause) {
    await rm(unfinished, { force: true })
    if (signal?.aborted) throw new SanggarError({ code: 'cancelled' }, { cause })
    throw diskFailure(cause, path.dirname(file))
  }
}
