import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Receipt } from '../../contract/privacy.ts'
import { lockName } from '../database/data-directory-lock.ts'
import { logFolder } from '../hosting/local-log.ts'
import type { Connection } from '../database/open-database.ts'
import { preparedPath } from '../models/prepared-forms.ts'
import { shredFile, shredUnfinished, syncFolder, writeDurably } from '../vault/durable-file.ts'
import { itemsName, listItems } from '../vault/item-store.ts'
import { destroyVaultKey, vaultDescriptionName, vaultKeyName } from '../vault/vault-key.ts'
import { indexMarkers } from './keep-unindexed.ts'
import { windowLookName } from '../settings/window-look.ts'
import { severalAtOnce } from '../works/several-at-once.ts'
import { databaseFiles } from './ledger.ts'

/** Files that wait for the disk together: with 10,000 pictures one after the other took minutes. */
const shreddedAtOnce = 16

/** There while everything is being deleted. */
const markerName = 'deleting'

const countedTables = [
  'images',
  'jobs',
  'settings',
  'drafts',
  'collections',
  'models',
  'model_roots',
  'model_overrides',
  'model_descriptions',
  'blocked_requests',
  'retention_rules',
  'checkpoints',
]

/**
 * Everything, the key first: from that moment the rest is noise, whatever happens to the machine. Then every file,
 * then a look at the disk for what should be gone. The database must not be used by anybody else any more; it is
 * closed here; a locked vault has none, and can be deleted all the same. A file that Sanggar did not write is left
 * and named. `progress` counts files that are removed; what is not final is over when it is called first.
 */
export async function deleteEverything(
  dataDirectory: string,
  database: Connection | undefined,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Receipt> {
  const itemsFolder = path.join(dataDirectory, itemsName)
  const rows: Record<string, number> = {}
  for (const table of database === undefined ? [] : countedTables) {
    const count = countRows(database, table)
    if (count !== undefined) rows[table] = count
  }
  const { items: stored, unfinished } = await listItems(itemsFolder)
  // A crash from here on is finished at the next start: see `finishDeleting`.
  await writeDurably(path.join(dataDirectory, markerName), Buffer.alloc(0))
  await destroyVaultKey(dataDirectory)

  const receipt: Receipt = {
    at: Date.now(),
    rows,
    files: 1,
    bytes: 0,
    keyDestroyed: true,
    verified: 0,
    left: [],
  }
  database?.close()
  const doomed = [
    // What was made of people's weights says which models they used.
    ...(await filesBelow(path.join(dataDirectory, preparedPath))).map((name) =>
      path.join(dataDirectory, preparedPath, name),
    ),
    ...(await setAsideDatabases(dataDirectory)),
    ...(await namesIn(path.join(dataDirectory, logFolder))).map((name) =>
      path.join(dataDirectory, logFolder, name),
    ),
    ...databaseFiles(dataDirectory).map(({ name }) => path.join(dataDirectory, name)),
    path.join(dataDirectory, vaultDescriptionName),
    path.join(dataDirectory, windowLookName),
    ...stored.map(({ file }) => file),
    ...unfinished,
    ...(await namesIn(path.join(dataDirectory, 'backups'))).map((name) =>
      path.join(dataDirectory, 'backups', name),
    ),
  ]
  let removed = 0
  progress(removed, doomed.length)
  await severalAtOnce(doomed, shreddedAtOnce, async (file) => {
    // The key is gone: the first page overwritten is enough to make a database or a sealed file unrecognisable.
    const bytes = await shredFile(file, () => 4096)
    if (bytes > 0) receipt.files += 1
    receipt.bytes += bytes
    removed += 1
    progress(removed, doomed.length)
  })
  await removeEmptyFolders(itemsFolder)
  await removeEmptyFolders(path.join(dataDirectory, 'backups'))
  await removeEmptyFolders(path.join(dataDirectory, logFolder))
  await removeEmptyFolders(path.join(dataDirectory, preparedPath))
  await removeEmptyFolders(path.join(dataDirectory, path.dirname(preparedPath)))
  await rm(path.join(dataDirectory, markerName), { force: true })
  await syncFolder(dataDirectory)

  const gone = new Set(
    [...doomed, path.join(dataDirectory, vaultKeyName)].map((file) => path.relative(dataDirectory, file)),
  )
  const left = await filesBelow(dataDirectory)
  const markers = Object.values(indexMarkers)
  receipt.verified = [...gone].filter((name) => !left.includes(name)).length
  for (const name of left) {
    if (!name.startsWith(lockName) && !markers.includes(name)) {
      receipt.left.push({ name, reason: gone.has(name) ? 'could-not-be-removed' : 'not-ours' })
    }
  }
  return receipt
}

/** Goes on with a deletion that the end of the program cut short. */
export async function finishDeleting(dataDirectory: string): Promise<void> {
  await shredUnfinished(path.join(dataDirectory, markerName))
  if ((await namesIn(dataDirectory)).includes(markerName)) await deleteEverything(dataDirectory, undefined)
}

/** What a repair kept of a damaged database. */
async function setAsideDatabases(dataDirectory: string): Promise<string[]> {
  const names = (await namesIn(dataDirectory)).filter((name) => /^library\.db\.damaged-\d+/.test(name))
  return names.map((name) => path.join(dataDirectory, name))
}

/** Undefined for a table that cannot be read: damage is no reason not to delete. */
function countRows(database: Connection | undefined, table: string): number | undefined {
  try {
    return database?.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number | undefined
  } catch {
    return undefined
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

async function removeEmptyFolders(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const inner = path.join(folder, name)
    if ((await namesIn(inner)).length === 0) await rm(inner, { recursive: true, force: true })
  }
  if ((await namesIn(folder)).length === 0) await rm(folder, { recursive: true, force: true })
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}
