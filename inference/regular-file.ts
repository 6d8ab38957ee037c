import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

import type { SanggarError } from '../contract/errors.ts'
import { damaged } from './checkpoints/file-bytes.ts'

const irregular = 'no regular file'

/**
 * The bytes of a regular file of at most `limit` bytes. A pipe or a device under a model's name must neither be waited
 * for nor read without end. Throws the file system's errors, and RangeError for anything else.
 */
export async function readRegularFile(path: string, limit: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new RangeError(irregular)
    if (stats.size > limit) throw new RangeError(`${stats.size} bytes`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** What is said of a file for which `readRegularFile` threw a RangeError. */
export function refusedFile(path: string, cause: RangeError): SanggarError {
  return damaged(path, cause.message === irregular ? 'no-regular-file' : 'too-large', {}, cause)
}

/** Of configurations and indices: the largest in use have a few megabytes. */
export const jsonLimit = 32 << 20
