import Database from 'better-sqlite3'
import { migrations } from '../database/migrations.ts'
import type { Connection } from '../database/open-database.ts'

/** An empty library database that exists in this process' memory alone. */
export function openMemoryDatabase(): Connection {
  const database = new Database(':memory:')
  // Sorting and temporary tables would go to files otherwise.
  database.pragma('temp_store=MEMORY')
  database.pragma('secure_delete=ON')
  database.pragma('foreign_keys=ON')
  for (const { apply } of migrations) apply(database)
  return database
}
