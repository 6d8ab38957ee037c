import { statSync } from 'node:fs'
import path from 'node:path'
import type { LedgerCategory, LedgerRow } from '../../contract/privacy.ts'
import type { Connection } from '../database/open-database.ts'
import type { LocalLog } from '../hosting/local-log.ts'
import { databaseName } from '../vault/vault-key.ts'
import { heldCategories, heldSum } from './held-data.ts'
import { logLedgerRow } from './held-log.ts'

/** The mirror of the cloud policies, from what is really there. */
export function readLedger(
  database: Connection,
  dataDirectory: string,
  itemsFolder: string,
  log: LocalLog,
): LedgerRow[] {
  const file = path.join(dataDirectory, databaseName)
  const held = heldCategories.map((category) => ({
    category,
    held: true,
    ...heldSum(database, category),
    place: category.includes('pictures') ? itemsFolder : file,
    keptUntil: 'until-deleted' as const,
  }))
  const never = (category: LedgerCategory): LedgerRow => ({
    category,
    held: false,
    count: 0,
    bytes: 0,
    place: '',
    keptUntil: 'never',
  })
  return [
    ...held,
    logLedgerRow(log, (name) => path.join(dataDirectory, name)),
    never('account'),
    never('payment'),
    never('device'),
    // The web host's session cookie lives in the browser until it is closed; nothing of it is stored here.
    { ...never('cookies'), keptUntil: 'session' },
    never('shared-with-others'),
  ]
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
