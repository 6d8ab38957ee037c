import { mkdirSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { SanggarError } from '../../contract/sanggar-error.ts'
import { diskFailure } from '../vault/durable-file.ts'

export const lockName = 'library.lock'

/**
 * One process per data directory. SQLite's exclusive lock on an empty database is the lock: the system lets it go
 * when the process dies in whatever way, so there is no stale lock to clear and no process id to guess from.
 */
export function lockDataDirectory(dataDirectory: string): () => void {
  let database: Database.Database
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
    database = new Database(path.join(dataDirectory, lockName), { timeout: 0 })
  } catch (cause) {
    throw unusable(cause, dataDirectory)
  }
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if ((cause as { code?: string }).code === 'SQLITE_BUSY') {
      throw new SanggarError({ code: 'library-busy', path: dataDirectory }, { cause })
    }
    throw unusable(cause, dataDirectory)
  }
  return () => database.close()
}

function unusable(cause: unknown, dataDirectory: string): unknown {
  const code = (cause as { code?: string }).code ?? ''
  // EEXIST: a file lies where the directory should be
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|IOERR)|EEXIST$)/.test(code)) {
    return new SanggarError({ code: 'path-not-writable', path: dataDirectory }, { cause })
  }
  return diskFailure(cause, dataDirectory)
}
