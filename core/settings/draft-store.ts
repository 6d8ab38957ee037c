import type { Connection } from '../database/open-database.ts'

/** Drafts are the forms' own JSON: core keeps them and never looks inside. */
export function readDraft(database: Connection, key: string): unknown {
  const row = database.prepare('SELECT value FROM drafts WHERE name = ?').get(key) as
    | { value: string }
    | undefined
  return row === undefined ? null : JSON.parse(row.value)
}

export function writeDraft(database: Connection, key: string, value: unknown): void {
  if (value === null) {
    database.prepare('DELETE FROM drafts WHERE name = ?').run(key)
    return
  }
  database
    .prepare(
      `INSERT INTO drafts VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`,
    )
    .run(key, JSON.stringify(value), Date.now())
}
