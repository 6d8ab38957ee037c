import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { shredFile } from '../vault/durable-file.ts'
import { type Connection, truncateLog } from './open-database.ts'

/**
 * [Note: Deleted words]
 *
 * A row that is deleted is overwritten (secure_delete), but three copies of its words would stay: FTS5 with
 * contentless_delete only marks a document as gone and keeps its words until segments are merged ('secure-delete'
 * does not reach such tables); the write-ahead log holds the pages as they were; and the backups that migrations
 * leave hold the whole database as it was. So after every deletion for good the index is merged into one segment,
 * the log emptied and those backups destroyed.
 */
export async function forgetDeleted(database: Connection): Promise<{ files: number; bytes: number }> {
  await mergeIndex(database)
  if (!database.open) return { files: 0, bytes: 0 } // closed meanwhile: closing empties the log
  truncateLog(database)
  if (database.memory) return { files: 0, bytes: 0 }
  return shredBackups(path.dirname(database.name))
}

/** Pages of the index that are merged at once; the whole index of 100,000 pictures takes a second. */
const mergedAtOnce = 32

/** 'optimize' in slices (FTS5 documentation, 6.9), so that others get their turn in between. */
async function mergeIndex(database: Connection): Promise<void> {
  const merge = database.prepare(`INSERT INTO image_text (image_text, rank) VALUES ('merge', ?)`)
  const changes = database.prepare('SELECT total_changes()').pluck()
  // The first, negative, takes all segments into one merge; the next ones go on with it.
  for (let pages = -mergedAtOnce; database.open; pages = mergedAtOnce) {
    const before = changes.get() as number
    merge.run(pages)
    if ((changes.get() as number) - before < 2) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The databases that migrations left in `dataDirectory`. */
export async function shredBackups(dataDirectory: string): Promise<{ files: number; bytes: number }> {
  const folder = path.join(dataDirectory, 'backups')
  const gone = { files: 0, bytes: 0 }
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/^library-\d+-\d+\.db$/.test(name)) continue
    // Its key lives on in this vault: noise on the first page alone would leave the others readable.
    const bytes = await shredFile(path.join(folder, name), () => Number.MAX_SAFE_INTEGER)
    gone.files += 1
    gone.bytes += bytes
  }
  return gone
}
