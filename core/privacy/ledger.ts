import { statSync } from 'node:fs'
import path from 'node:path'
import type { LedgerCategory, LedgerRow } from '../../contract/privacy.ts'
import type { Connection } from '../database/open-database.ts'
import { databaseName } from '../vault/vault-key.ts'

type Sum = { count: number; bytes: number }

/**
 * The mirror of the cloud policies, from what is really there. Bytes of words are their length in the database;
 * bytes of pictures are their sealed files.
 */
export function readLedger(database: Connection, dataDirectory: string, itemsFolder: string): LedgerRow[] {
  const sum = (sql: string): Sum => {
    const row = database.prepare(sql).get() as { count: number; bytes: number | null }
    return { count: row.count, bytes: row.bytes ?? 0 }
  }
  const file = path.join(dataDirectory, databaseName)
  const row = (category: LedgerCategory, place: string, { count, bytes }: Sum): LedgerRow => ({
    category,
    held: true,
    count,
    bytes,
    place,
    keptUntil: 'until-deleted',
  })
  const never = (category: LedgerCategory): LedgerRow => ({
    category,
    held: false,
    count: 0,
    bytes: 0,
    place: '',
    keptUntil: 'never',
  })
  return [
    row(
      'prompts',
      file,
      sum(`SELECT count(*) AS count, sum(length(prompt) + length(negative_prompt)) AS bytes
           FROM images WHERE prompt <> '' OR negative_prompt <> ''`),
    ),
    row('pictures-made', itemsFolder, sum(picturesOf(['made', 'edited', 'enhanced']))),
    row('pictures-brought-in', itemsFolder, sum(picturesOf(['imported', 'input', 'mask']))),
    row(
      'settings',
      file,
      sum('SELECT count(*) AS count, sum(length(name) + length(value)) AS bytes FROM settings'),
    ),
    row('drafts', file, sum('SELECT count(*) AS count, sum(length(value)) AS bytes FROM drafts')),
    row('history', file, sum('SELECT count(*) AS count, sum(length(request)) AS bytes FROM jobs')),
    row(
      'timings-and-errors',
      file,
      sum(`SELECT (SELECT count(*) FROM images WHERE milliseconds IS NOT NULL)
                + (SELECT count(*) FROM jobs WHERE failure IS NOT NULL) AS count,
             8 * (SELECT count(*) FROM images WHERE milliseconds IS NOT NULL)
                + (SELECT coalesce(sum(length(failure)), 0) FROM jobs) AS bytes`),
    ),
    row('models-used', file, sum('SELECT count(*) AS count, sum(length(path)) AS bytes FROM models')),
    never('account'),
    never('payment'),
    never('device'),
    // The web host's session cookie lives in the browser until it is closed; nothing of it is stored here.
    { ...never('cookies'), keptUntil: 'session' },
    never('shared-with-others'),
  ]
}

function picturesOf(origins: string[]): string {
  const list = origins.map((origin) => `'${origin}'`).join(', ')
  return `SELECT count(*) AS count, sum(bytes) AS bytes FROM images WHERE origin IN (${list})`
}

/** Bytes of the database and its log, for the receipt. */
export function databaseFiles(dataDirectory: string): { name: string; bytes: number }[] {
  return ['', '-wal', '-shm', '-journal']
    .map((suffix) => `${databaseName}${suffix}`)
    .flatMap((name) => {
      try {
        return [{ name, bytes: statSync(path.join(dataDirectory, name)).size }]
      } catch {
        return [] // not there, nothing to count
      }
    })
}
