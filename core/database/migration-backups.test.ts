import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { databaseName } from '../vault/vault-key.ts'
import { migrations } from './migrations.ts'
import { closeDatabase, openDatabase } from './open-database.ts'

const key = randomBytes(32)
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sanggar-migration-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (file: string) => {
  const database = new Database(file)
  database.pragma(`cipher='chacha20'`)
  database.pragma(`key='raw:${key.toString('hex')}'`)
  return database
}

/** A library as a version of long ago left it, with one draft in it. */
function oldLibrary(version: number): void {
  const database = open(path.join(folder, databaseName))
  for (const migration of migrations.filter((step) => step.version <= version)) migration.apply(database)
  database.pragma(`user_version=${version}`)
  database.prepare(`INSERT INTO drafts VALUES ('create', '"from ${version}"', 1)`).run()
  database.close()
}

it('a database is kept as it was before each migration, encrypted, the last three of them', async () => {
  const versions = [10, 20, 30, 40, 50]
  for (const version of versions) {
    rmSync(path.join(folder, databaseName), { force: true })
    oldLibrary(version)
    closeDatabase(openDatabase(folder, key))
    // Names carry milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  const kept = readdirSync(path.join(folder, 'backups')).sort()
  expect(kept.map((name) => Number(name.split('-')[1]))).toEqual([30, 40, 50])
  for (const name of kept) {
    expect(readFileSync(path.join(folder, 'backups', name)).includes('SQLite format 3')).toBe(false)
    expect(readFileSync(path.join(folder, 'backups', name)).includes('from ')).toBe(false)
  }

  const [oldest = ''] = kept
  const backup = path.join(folder, 'again.db')
  copyFileSync(path.join(folder, 'backups', oldest), backup)
  const again = open(backup)
  expect(again.pragma('user_version', { simple: true })).toBe(30)
  expect(again.prepare('SELECT value FROM drafts').pluck().get()).toBe('"from 30"')
  again.close()
})

it('a new library and one that is up to date leave none', () => {
  for (let run = 0; run < 2; run++) closeDatabase(openDatabase(folder, key))
  expect(readdirSync(folder)).not.toContain('backups')
})

it('a library of a later version is refused, and left as it is', () => {
  closeDatabase(openDatabase(folder, key))
  const later = open(path.join(folder, databaseName))
  later.pragma('user_version=100000')
  later.pragma('wal_checkpoint(TRUNCATE)')
  later.close()
  const before = readFileSync(path.join(folder, databaseName))
  expect(() => openDatabase(folder, key)).toThrow(/library-newer/)
  expect(readFileSync(path.join(folder, databaseName)).equals(before)).toBe(true)
})
