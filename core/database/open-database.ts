import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { SanggarError } from '../../contract/errors.ts'
import { unfinishedSuffix } from '../vault/durable-file.ts'
import { databaseName } from '../vault/vault-key.ts'
import { databaseFailure } from './database-failure.ts'
import { migrations } from './migrations.ts'

export type Connection = Database.Database

const backupsKept = 3

/**
 * The encrypted library database, migrated to the newest schema. `key` is 32 bytes. Throws 'library-damaged' when
 * the file is no database of this vault, 'library-newer' when a later version of Sanggar wrote it, 'library-busy' never:
 * the data directory's lock is taken before.
 */
export function openDatabase(dataDirectory: string, key: Buffer): Connection {
  const file = path.join(dataDirectory, databaseName)
  const existed = existsSync(file)
  const database = new Database(file)
  try {
    // A raw key: it is random already, no passphrase to stretch.
    database.pragma(`cipher='chacha20'`)
    database.pragma(`key='raw:${key.toString('hex')}'`)
    database.pragma('journal_mode=WAL')
    database.pragma('synchronous=FULL')
    database.pragma('secure_delete=ON')
    database.pragma('foreign_keys=ON')
    database.pragma('temp_store=MEMORY')
    // Pages stay decrypted in memory: 100,000 pictures' indexes are about 20 MB.
    database.pragma('cache_size=-65536')
    const clean = existed && endedCleanly(database)
    migrate(database, dataDirectory, existed)
    if (!clean) setFact(database, 'swept', '0')
    setFact(database, 'open', '1')
    return database
  } catch (cause) {
    database.close()
    if (cause instanceof SanggarError) throw cause
    // A disk that is full or cannot be written is no damage, and nothing that a repair should touch.
    const named = databaseFailure(cause, dataDirectory)
    if (named instanceof SanggarError) throw named
    throw new SanggarError(
      { code: 'library-damaged', path: file, detail: (cause as { code?: string }).code ?? 'unreadable' },
      { cause },
    )
  }
}

function endedCleanly(database: Connection): boolean {
  const facts = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'facts'`).get()
  if (facts === undefined) return false
  return database.prepare(`SELECT value FROM facts WHERE name = 'open'`).pluck().get() === '0'
}

/** Whether every end since the last sweep was a clean one: then no file can lie about that no row knows. */
export function isSwept(database: Connection): boolean {
  return database.prepare(`SELECT value FROM facts WHERE name = 'swept'`).pluck().get() !== '0'
}

export function markSwept(database: Connection): void {
  setFact(database, 'swept', '1')
}

function setFact(database: Connection, name: string, value: string): void {
  database
    .prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
    .run(name, value)
}

/** The counterpart of `openDatabase`: remembers that nothing was cut short. */
export function closeDatabase(database: Connection): void {
  setFact(database, 'open', '0')
  truncateLog(database)
  database.close()
}

/**
 * Looks through every table, one at a time, with a pause after each: with 100,000 pictures it takes a second, which is
 * worth it after a crash and which no start should wait for. A page that was altered is met when it is read anyhow;
 * what only this finds are pages that a lying disk lost. Gives the first complaint.
 */
export async function findDamage(
  database: Connection,
  isStopped: () => boolean,
): Promise<string | undefined> {
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all() as string[]
  for (const table of tables) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    if (isStopped()) return undefined
    try {
      const verdict = String(database.pragma(`quick_check("${table}")`, { simple: true }))
      if (verdict !== 'ok') return verdict
    } catch (cause) {
      const { code } = cause as { code?: unknown }
      if (typeof code !== 'string' || !/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) throw cause
      return code
    }
  }
  return undefined
}

function migrate(database: Connection, dataDirectory: string, existed: boolean): void {
  const version = database.pragma('user_version', { simple: true }) as number
  // A schema that this program does not know would be written to as if it were the one that it knows.
  if (version > (migrations.at(-1)?.version ?? 0)) {
    throw new SanggarError({ code: 'library-newer', path: path.join(dataDirectory, databaseName) })
  }
  const pending = migrations.filter((migration) => migration.version > version)
  if (pending.length === 0) return
  if (existed && version > 0) backUp(database, dataDirectory, version)
  for (const migration of pending) {
    database.transaction(() => {
      migration.apply(database)
      database.pragma(`user_version=${migration.version}`)
    })()
  }
}

/** The database as it was before a migration, still encrypted, the last three of them. */
function backUp(database: Connection, dataDirectory: string, version: number): void {
  const folder = path.join(dataDirectory, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  database.pragma('wal_checkpoint(TRUNCATE)')
  const name = `library-${version}-${Date.now()}.db`
  for (const half of readdirSync(folder).filter((old) => old.endsWith(unfinishedSuffix))) {
    rmSync(path.join(folder, half))
  }
  const unfinished = path.join(folder, `${name}${unfinishedSuffix}`)
  copyFileSync(path.join(dataDirectory, databaseName), unfinished)
  syncFile(unfinished)
  renameSync(unfinished, path.join(folder, name))
  const backups = readdirSync(folder).filter((old) => timeOf(old) > 0)
  const newestFirst = backups.sort((left, right) => timeOf(right) - timeOf(left))
  for (const old of newestFirst.slice(backupsKept)) rmSync(path.join(folder, old))
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** When a backup was made, by its name (`library-<schema>-<milliseconds>.db`); 0 for another file. */
function timeOf(name: string): number {
  return Number(/^library-\d+-(\d+)\.db$/.exec(name)?.[1] ?? 0)
}

/** Moves what was written into the database and empties the write-ahead log, so that deleted rows leave it too. */
export function truncateLog(database: Connection): void {
  database.pragma('wal_checkpoint(TRUNCATE)')
}
