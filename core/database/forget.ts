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
  database.exec(`INSERT INTO image_text (image_text) VALUES ('optimize')`)
  truncateLog(database)
  if (database.memory) return { files: 0, bytes: 0 }
  return shredBackups(path.dirname(database.name))
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
