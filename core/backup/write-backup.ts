import { stat } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import type { WorkResult } from '../../contract/work.ts'
import type { Connection } from '../database/open-database.ts'
import { writeStream } from '../export/destination.ts'
import { emptyResult } from '../export/export-run.ts'
import { getImage } from '../library/image-rows.ts'
import type { ItemStore } from '../vault/item-store.ts'
import type { WorkReport } from '../works/work-list.ts'
import { type BackupTable, backupTables } from './backup-contents.ts'
import { sealBackup } from './backup-file.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'

export type BackupPorts = { database: Connection; items: ItemStore; version: string }

const page = 500

const readMe = `A backup of a Sanggar library. "pictures" holds each picture as a PNG file and, beside it, as JSON what is known of
it; "database" holds the rest, one JSON object per line. docs/backup-format.md describes everything.

Cadangan pustaka Sanggar. "pictures" berisi setiap gambar sebagai PNG dan, di sebelahnya, keterangannya sebagai JSON;
"database" berisi selebihnya, satu objek JSON per baris. Semuanya dijelaskan dalam docs/backup-format.md.
`

/** JSON text of each row, in the shape of `backupRows`. */
const queries: Record<BackupTable, string> = {
  settings: `SELECT json_object('name', name, 'value', json(value)) FROM settings ORDER BY name`,
  drafts: `SELECT json_object('name', name, 'value', json(value), 'changedAt', changed_at) FROM drafts ORDER BY name`,
  models: `SELECT json_object('id', id, 'path', path, 'addedAt', added_at) FROM models ORDER BY id`,
  // json_patch leaves out what is null, as the schema has it.
  jobs: `SELECT json_patch('{}', json_object('id', id, 'state', state, 'position', position, 'request', json(request),
           'failure', json(failure), 'notes', json(notes), 'attempts', attempts, 'createdAt', created_at,
           'startedAt', started_at, 'endedAt', ended_at)) FROM jobs ORDER BY id`,
  collections: `SELECT json_patch('{}', json_object('id', id, 'name', name, 'search', search, 'cover', cover,
                  'createdAt', created_at)) FROM collections ORDER BY id`,
  'model-folders': `SELECT json_object('path', path, 'addedAt', added_at) FROM model_roots ORDER BY path`,
  'retention-rules': `SELECT json_patch(rule, json_object('id', id, 'createdAt', created_at))
                      FROM retention_rules ORDER BY id`,
  'blocked-requests': `SELECT json_object('at', at, 'address', address, 'origin', origin)
                       FROM blocked_requests ORDER BY at, rowid`,
}

/** The whole library as one encrypted file. Nothing that is there is overwritten; a cancel leaves nothing. */
export async function writeBackup(
  ports: BackupPorts,
  file: string,
  passphrase: string,
  report: WorkReport,
): Promise<WorkResult> {
  if (!path.isAbsolute(file)) throw new SanggarError({ code: 'path-not-found', path: file })
  const there = await stat(file).catch(() => undefined)
  if (there !== undefined) throw new SanggarError({ code: 'already-exists', path: file })
  const result = emptyResult(file)
  const sealed = sealBackup(archiveOf(ports, result, report), passphrase)
  const bytes = await writeStream(file, sealed, { signal: report.signal, mode: 0o600 })
  return { ...result, bytes, files: [path.basename(file)] }
}

async function* archiveOf(
  { database, items, version }: BackupPorts,
  result: WorkResult,
  report: WorkReport,
): AsyncGenerator<Buffer> {
  const now = new Date()
  function* entry(name: string, data: Buffer): Generator<Buffer> {
    yield tarHeader(name, data.length, now)
    yield data
    yield tarPadding(data.length)
  }
  const json = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`)
  const ids = database.prepare('SELECT id FROM images ORDER BY number').pluck().all() as string[]

  yield* entry('README.txt', Buffer.from(readMe))
  yield* entry(
    'manifest.json',
    json({ format: 1, program: `Sanggar ${version}`, createdAt: now.getTime(), pictures: ids.length }),
  )
  for (const table of backupTables) {
    const query = database.prepare(`${queries[table]} LIMIT ? OFFSET ?`).pluck()
    for (let part = 0; ; part++) {
      const rows = query.all(page, part * page) as string[]
      const name = `database/${table}.${String(part).padStart(6, '0')}.jsonl`
      if (rows.length > 0) yield* entry(name, Buffer.from(`${rows.join('\n')}\n`))
      if (rows.length < page) break
    }
  }
  for (const [index, id] of ids.entries()) {
    report.progress(index, ids.length)
    try {
      const png = await items.get(id, 'picture')
      yield* entry(`pictures/${id}.json`, json(getImage(database, id)))
      yield* entry(`pictures/${id}.png`, png)
      result.written += 1
    } catch (error) {
      const code = error instanceof SanggarError ? error.failure.code : undefined
      // Erased meanwhile, or damaged: named, and no reason to have no backup of the rest.
      if (code !== 'item-damaged' && code !== 'not-found') throw error
      if (code === 'item-damaged' && result.unreadable.length < 100) result.unreadable.push(id)
    }
  }
  report.progress(ids.length, ids.length)
  yield tarEnd
}
