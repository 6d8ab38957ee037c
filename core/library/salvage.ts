import Database from 'better-sqlite3'
import type { Connection } from '../database/open-database.ts'

type Words = {
  id: string
  starred: number
  trashed_at: number | null
  title: string
  note: string
  tags: string
}
type Setting = { name: string; value: string }

/** What could be read of a damaged database, to be written into the one that takes its place. */
export type Salvaged = { into(database: Connection): void }

/** What is in no file's header: titles, notes, tags, stars, the trash, settings and rules. */
export function salvage(file: string, key: Buffer): Salvaged {
  let damaged: Connection | undefined
  try {
    damaged = new Database(file, { readonly: true })
    damaged.pragma(`cipher='chacha20'`)
    damaged.pragma(`key='raw:${key.toString('hex')}'`)
  } catch {
    damaged = undefined // nothing of it can be read; the files say the rest
  }
  const words = readable<Words>(damaged, 'SELECT id, starred, trashed_at, title, note, tags FROM images')
  const settings = readable<Setting>(damaged, 'SELECT name, value FROM settings')
  damaged?.close()

  return {
    into(database) {
      const image = database.prepare(
        `UPDATE images SET starred = @starred, trashed_at = @trashed_at, title = @title, note = @note, tags = @tags
         WHERE id = @id`,
      )
      const index = database.prepare('SELECT number, prompt FROM images WHERE id = ?')
      const forget = database.prepare('DELETE FROM image_text WHERE rowid = ?')
      const remember = database.prepare(
        'INSERT INTO image_text (rowid, prompt, title, note, tags) VALUES (?, ?, ?, ?, ?)',
      )
      const setting = database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)')
      database.transaction(() => {
        for (const row of words) {
          const found = index.get(row.id) as { number: number; prompt: string } | undefined
          if (found === undefined || !isList(row.tags)) continue
          image.run(row)
          forget.run(found.number)
          remember.run(
            found.number,
            found.prompt,
            row.title,
            row.note,
            (JSON.parse(row.tags) as string[]).join(' '),
          )
        }
        for (const { name, value } of settings) setting.run(name, value)
      })()
    },
  }
}

/** The rows before the first page that cannot be read. */
function readable<Row>(database: Connection | undefined, sql: string): Row[] {
  const rows: Row[] = []
  try {
    for (const row of database?.prepare(sql).iterate() ?? []) rows.push(row as Row)
  } catch {
    // from here on it is damaged; what came before is kept
  }
  return rows
}

function isList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}
