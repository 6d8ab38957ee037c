import type { Image } from '../../contract/image.ts'
import { imageSchema } from '../../contract/image.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { WorkResult } from '../../contract/work.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'
import { emptyResult } from '../export/export-run.ts'
import { insertImage } from '../library/image-rows.ts'
import type { ItemStore } from '../vault/item-store.ts'
import type { WorkReport } from '../works/work-list.ts'
import {
  type BackupRow,
  type BackupTable,
  backupRows,
  entryNames,
  manifestSchema,
} from './backup-contents.ts'
import { type OpenedBackup, damaged } from './backup-file.ts'
import { readTar } from './tar.ts'

export type RestorePorts = { database: Connection; items: ItemStore; onImage(image: Image): void }

const entryLimit = 1 << 30
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

type Part =
  | { kind: 'manifest'; pictures: number }
  | { kind: 'rows'; table: BackupTable; rows: BackupRow<BackupTable>[] }
  | { kind: 'picture'; image: Image; png: Buffer }

/**
 * Merges a backup into the library that is open. It is read twice: first from beginning to end, so that a wrong or
 * missing byte anywhere is known before anything is changed; then picture by picture. What the library has already
 * (by id, or by the content that it was brought in as) stays as it is, so a restore that was cut short can simply be
 * started again.
 */
export async function restoreBackup(
  ports: RestorePorts,
  backup: OpenedBackup,
  report: WorkReport,
): Promise<WorkResult> {
  const result = emptyResult(backup.file)
  try {
    let total = 0
    for await (const part of partsOf(backup)) {
      if (part.kind === 'manifest') total = part.pictures
      report.progress(0, total)
    }
    let done = 0
    for await (const part of partsOf(backup)) {
      report.progress(done, total)
      if (part.kind === 'rows') mergeRows(ports.database, part)
      if (part.kind !== 'picture') continue
      done += 1
      if (await mergePicture(ports, part)) {
        result.written += 1
        result.bytes += part.png.length
      } else result.duplicates += 1
    }
    report.progress(total, total)
    return result
  } finally {
    backup.forget()
  }
}

/** The archive's entries, checked; throws 'backup-damaged' for whatever does not fit. */
async function* partsOf(backup: OpenedBackup): AsyncGenerator<Part> {
  let manifest = false
  let image: Image | undefined
  try {
    for await (const { name, data } of readTar(backup.archive(), entryLimit)) {
      const [, table = '', number] = entryNames.table.exec(name) ?? []
      const [, id, kind] = entryNames.picture.exec(name) ?? []
      if (name === entryNames.manifest) {
        manifest = true
        yield { kind: 'manifest', pictures: manifestSchema.parse(json(data)).pictures }
      } else if (number !== undefined && Object.hasOwn(backupRows, table)) {
        yield { kind: 'rows', table: table as BackupTable, rows: rowsOf(table as BackupTable, data) }
      } else if (kind === 'json') {
        image = imageSchema.parse(json(data))
        if (image.id !== id) throw new Error(`${name} is about another picture`)
      } else if (kind === 'png') {
        if (image === undefined || image.id !== id || !data.subarray(0, 8).equals(pngSignature))
          throw new Error(`${name} does not fit`)
        yield { kind: 'picture', image, png: data }
      } else if (name !== entryNames.readMe) throw new Error(`unknown entry ${name}`)
    }
    if (!manifest) throw new Error('no manifest')
  } catch (cause) {
    if (cause instanceof SanggarError) throw cause
    const detail = cause instanceof Error ? cause.message : 'unreadable'
    throw damaged(backup.file, detail.slice(0, 200), cause)
  }
}

function json(data: Buffer): unknown {
  return JSON.parse(data.toString('utf8'))
}

function rowsOf(table: BackupTable, data: Buffer): BackupRow<BackupTable>[] {
  const lines = data.toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => backupRows[table].parse(JSON.parse(line)))
}

/** File first, row second, as every picture. False when the library has it already. */
async function mergePicture(
  { database, items, onImage }: RestorePorts,
  { image, png }: { image: Image; png: Buffer },
): Promise<boolean> {
  const known = statement(
    database,
    'SELECT 1 FROM images WHERE id = ? OR (digest IS NOT NULL AND digest = ?)',
  ).get(image.id, image.digest ?? null)
  if (known !== undefined) return false
  const bytes = await items.put(image.id, 'picture', { ...image, bytes: 0 }, png)
  const restored = { ...image, bytes }
  database.transaction(() => insertImage(database, restored))()
  onImage(restored)
  return true
}

function mergeRows(
  database: Connection,
  { table, rows }: { table: BackupTable; rows: BackupRow<BackupTable>[] },
): void {
  const merge = merges[table] as (database: Connection, row: BackupRow<BackupTable>) => void
  database.transaction(() => {
    for (const row of rows) merge(database, row)
  })()
}

const merges: { [Table in BackupTable]: (database: Connection, row: BackupRow<Table>) => void } = {
  settings: (database, { name, value }) =>
    statement(database, 'INSERT OR IGNORE INTO settings VALUES (?, ?)').run(name, JSON.stringify(value)),
  drafts: (database, { name, value, changedAt }) =>
    statement(database, 'INSERT OR IGNORE INTO drafts VALUES (?, ?, ?)').run(
      name,
      JSON.stringify(value),
      changedAt,
    ),
  models: (database, { id, path, addedAt }) =>
    statement(database, 'INSERT OR IGNORE INTO models VALUES (?, ?, ?)').run(id, path, addedAt),
  jobs(database, job) {
    // What waited or ran on the other machine is not started here without being asked.
    const active = job.state === 'queued' || job.state === 'running'
    const failure = active ? { code: 'interrupted' } : job.failure
    statement(
      database,
      `INSERT OR IGNORE INTO jobs
           (id, state, position, request, failure, notes, attempts, created_at, started_at, ended_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      job.id,
      active ? 'interrupted' : job.state,
      job.position,
      JSON.stringify(job.request),
      failure === undefined ? null : JSON.stringify(failure),
      JSON.stringify(job.notes),
      job.attempts,
      job.createdAt,
      job.startedAt ?? null,
      job.endedAt ?? Date.now(),
    )
  },
  collections: (database, { id, name, search, cover, createdAt }) =>
    statement(database, 'INSERT OR IGNORE INTO collections VALUES (?, ?, ?, ?, ?)').run(
      id,
      name,
      search ?? null,
      cover ?? null,
      createdAt,
    ),
  'model-folders': (database, { path, addedAt }) =>
    statement(database, 'INSERT OR IGNORE INTO model_roots VALUES (?, ?)').run(path, addedAt),
  // A rule that deletes is never switched on by a file.
  'retention-rules': (database, { id, createdAt, ...rule }) =>
    statement(database, 'INSERT OR IGNORE INTO retention_rules VALUES (?, ?, ?)').run(
      id,
      JSON.stringify({ ...rule, enabled: false }),
      createdAt,
    ),
  'blocked-requests': (database, row) =>
    statement(
      database,
      `INSERT INTO blocked_requests SELECT @at, @address, @origin WHERE NOT EXISTS (
           SELECT 1 FROM blocked_requests WHERE at = @at AND address = @address AND origin = @origin)`,
    ).run(row),
}
