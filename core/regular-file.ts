import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * The bytes of a regular file of at most `limit` bytes. A pipe or a device under the name of a picture or
 * a model must neither be waited for nor read without end. Throws the file system's errors, and RangeError for anything else.
 */
export async function readRegularFile(path: string, limit: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new RangeError('no regular file')
    if (stats.size > limit) throw new RangeError(`${stats.size} bytes`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}
