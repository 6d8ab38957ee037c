import { mkdirSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { migrations } from '../../core/database/migrations.ts'
import { databaseName, openVaultKeys } from '../../core/vault/vault-key.ts'

/** The newest version that an old library in this harness has. */
const oldVersion = 30

/** A library as an older version of the program left it, with rows enough for the migration to take a while. */
export async function writeOldLibrary(dataDirectory: string, rows: number): Promise<void> {
  mkdirSync(dataDirectory, { recursive: true })
  const keys = await openVaultKeys(dataDirectory, {})
  const database = new Database(path.join(dataDirectory, databaseName))
  database.pragma(`cipher='chacha20'`)
  database.pragma(`key='raw:${keys.database.toString('hex')}'`)
  database.pragma('journal_mode=WAL')
  for (const migration of migrations.filter(({ version }) => version <= oldVersion)) migration.apply(database)
  database.pragma(`user_version=${oldVersion}`)
  const insert = database.prepare(
    `INSERT INTO images (id, origin, width, height, bytes, created_at, prompt) VALUES (?, 'made', 16, 16, 1, ?, ?)`,
  )
  database.transaction(() => {
    for (let row = 0; row < rows; row++)
      insert.run(`old${String(row).padStart(17, '0')}`, row, `picture ${row}`)
  })()
  database.close()
}
