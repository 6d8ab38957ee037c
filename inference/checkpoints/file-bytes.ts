import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

import type { Damage, DamageFacts } from '../../contract/damage.ts'
import { SanggarError } from '../../contract/errors.ts'

/** A file of someone else's that turned out not to be what its format promises. Long names are cut. */
export function damaged<Code extends Damage>(
  path: string,
  code: Code,
  facts: DamageFacts<Code>,
  cause?: unknown,
): SanggarError {
  const words = Object.entries<string | number>(facts).map(([name, value]) => [
    name,
    String(value).slice(0, 400),
  ])
  return new SanggarError(
    { code: 'model-damaged', path, detail: code, facts: Object.fromEntries(words) as Record<string, string> },
    cause === undefined ? undefined : { cause },
  )
}

/** Opens a regular file for reading; the failure says whether it is away or is no file. */
export async function withFile<T>(
  path: string,
  read: (file: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  let file: FileHandle
  try {
    // Not to wait for somebody to write into it, should it be a pipe.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new SanggarError({ code: 'path-not-found', path }, { cause })
    }
    throw damaged(path, 'cannot-be-opened', { reason: code ?? 'unknown' }, cause)
  }
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw damaged(path, 'no-regular-file', {})
    return await read(file, stats.size)
  } finally {
    await file.close()
  }
}

/** Exactly `length` bytes from `position`, in a buffer of their own (so that typed views are aligned). */
export async function readBytes(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(length)
  let done = 0
  while (done < length) {
    // One call reads at most 2^31 - 1 bytes on Linux.
    const wanted = Math.min(length - done, 1 << 30)
    const { bytesRead } = await file.read(new Uint8Array(buffer, done, wanted), 0, wanted, position + done)
    if (bytesRead === 0) throw damaged(path, 'cut-off', { byte: position + done })
    done += bytesRead
  }
  return buffer
}
