import { existsSync } from 'node:fs'
import { readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError, failureOf } from '../../contract/errors.ts'
import { type Image, imageSchema } from '../../contract/image.ts'
import { lockDataDirectory, lockName } from '../database/data-directory-lock.ts'
import { closeDatabase, openDatabase, type Connection } from '../database/open-database.ts'
import { draggedName } from '../export/dragged-files.ts'
import { indexMarkers } from '../privacy/keep-unindexed.ts'
import { windowLookName } from '../settings/window-look.ts'
import { unfinishedSuffix } from '../vault/durable-file.ts'
import { itemsName, openItemStore, type ItemStore } from '../vault/item-store.ts'
import {
  databaseName,
  forgetKeys,
  openVaultKeys,
  type VaultAccess,
  vaultDescriptionName,
  vaultKeyName,
} from '../vault/vault-key.ts'
import { deleteImageRow } from './image-rows.ts'
import { salvage, type Salvaged } from './salvage.ts'
import { sweepLibrary } from './sweep.ts'

/** What is there and what is not, by name; names are those of files and rows, never words of a prompt. */
export type LibraryReport = {
  database: 'sound' | 'damaged' | 'missing'
  pictures: number
  /** ids of rows whose sealed file is gone */
  missing: string[]
  /** ids of sealed files that do not open */
  damaged: string[]
  /** ids of sealed pictures that no row names */
  unlisted: string[]
  /** files that Sanggar did not write, relative to the data directory */
  foreign: string[]
}

export type RepairReport = {
  before: LibraryReport
  after: LibraryReport
  /** the damaged database, kept under this name */
  keptAs?: string
  /** pictures that have their rows again */
  recovered: number
  /** rows of pictures that are gone, removed because that was asked */
  forgotten: number
}

export type CheckOptions = {
  /** headers only: a second for ten thousand pictures instead of reading them all */
  quick?: boolean
  onProgress?: (done: number, total: number) => void
}

/** Looks and changes nothing. Throws 'library-busy', 'vault-locked', 'vault-passphrase-wrong', 'vault-key-missing'. */
export function checkLibrary(
  dataDirectory: string,
  access: VaultAccess,
  options: CheckOptions = {},
): Promise<LibraryReport> {
  return withVault(dataDirectory, access, async (vault) => {
    const database = vault.open()
    try {
      return await look(dataDirectory, database, vault, options)
    } finally {
      if (database !== undefined) closeDatabase(database)
    }
  })
}

/**
 * Gives every sealed picture its row, from the record in its header; a database that cannot be read is kept under
 * another name, and titles, notes, stars and settings are taken over from as much of it as can be read. Nothing is
 * deleted but what a crash left unfinished, and, if asked, rows whose picture is gone. Throws as `checkLibrary`.
 */
export function repairLibrary(
  dataDirectory: string,
  access: VaultAccess,
  { forgetMissing = false, ...options }: CheckOptions & { forgetMissing?: boolean } = {},
): Promise<RepairReport> {
  return withVault(dataDirectory, access, async (vault) => {
    let database = vault.open()
    const before = await look(dataDirectory, database, vault, options)
    let keptAs: string | undefined
    let salvaged: Salvaged | undefined
    if (database === undefined && existsSync(path.join(dataDirectory, databaseName))) {
      salvaged = salvage(path.join(dataDirectory, databaseName), vault.databaseKey)
      keptAs = await setAside(dataDirectory)
    }
    database ??= openDatabase(dataDirectory, vault.databaseKey)
    try {
      const { adopted } = await sweepLibrary(database, vault.items)
      salvaged?.into(database)
      let forgotten = 0
      if (forgetMissing) {
        for (const id of before.missing) if (deleteImageRow(database, id)) forgotten += 1
      }
      const after = await look(dataDirectory, database, vault, { ...options, quick: true })
      return {
        before,
        after: { ...after, damaged: [...new Set([...before.damaged, ...after.damaged])] },
        ...(keptAs === undefined ? {} : { keptAs }),
        recovered: adopted.length,
        forgotten,
      }
    } finally {
      closeDatabase(database)
    }
  })
}

type Vault = { items: ItemStore; databaseKey: Buffer; open(): Connection | undefined }

async function withVault<Result>(
  dataDirectory: string,
  access: VaultAccess,
  work: (vault: Vault) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(path.join(dataDirectory, vaultDescriptionName))) {
    throw new SanggarError({ code: 'path-not-found', path: path.join(dataDirectory, vaultDescriptionName) })
  }
  const unlock = lockDataDirectory(dataDirectory)
  try {
    const keys = await openVaultKeys(dataDirectory, access)
    const items = openItemStore(path.join(dataDirectory, itemsName), keys.items)
    const open = () => openSound(dataDirectory, keys.database)
    return await work({ items, databaseKey: keys.database, open }).finally(() => forgetKeys(keys))
  } finally {
    unlock()
  }
}

/** Undefined where there is none, or one that cannot be trusted. */
function openSound(dataDirectory: string, key: Buffer): Connection | undefined {
  if (!existsSync(path.join(dataDirectory, databaseName))) return undefined
  let database: Connection
  try {
    database = openDatabase(dataDirectory, key)
  } catch (error) {
    if (failureOf(error).code !== 'library-damaged') throw error
    return undefined
  }
  try {
    if (database.pragma('integrity_check(1)', { simple: true }) === 'ok') return database
  } catch {
    // a page that cannot be decrypted: damaged, as the verdict would have said
  }
  database.close()
  return undefined
}

async function look(
  dataDirectory: string,
  database: Connection | undefined,
  { items }: Vault,
  { quick = false, onProgress }: CheckOptions,
): Promise<LibraryReport> {
  const { items: stored } = await items.list()
  const files = new Set(stored.filter(({ part }) => part === 'picture').map(({ id }) => id))
  const rows = new Set((database?.prepare('SELECT id FROM images').pluck().all() ?? []) as string[])
  const report: LibraryReport = {
    database: database !== undefined ? 'sound' : databaseState(dataDirectory),
    pictures: files.size,
    missing: [...rows].filter((id) => !files.has(id)),
    damaged: [],
    unlisted: [],
    foreign: await foreignFiles(dataDirectory),
  }
  let done = 0
  for (const id of files) {
    onProgress?.(done, files.size)
    done += 1
    const isListed = rows.has(id)
    // A quick look reads what it would have to adopt.
    if (quick && isListed) continue
    if ((await recordOf(items, id, quick)) === undefined) report.damaged.push(id)
    else if (!isListed) report.unlisted.push(id)
  }
  return report
}

async function recordOf(items: ItemStore, id: string, quick: boolean): Promise<Image | undefined> {
  try {
    const record = imageSchema.safeParse(await items.record(id))
    if (!quick) await items.get(id, 'picture')
    return record.success && record.data.id === id ? record.data : undefined
  } catch {
    return undefined // whatever is wrong with it, it is named as damaged
  }
}

function databaseState(dataDirectory: string): 'damaged' | 'missing' {
  return existsSync(path.join(dataDirectory, databaseName)) ? 'damaged' : 'missing'
}

/** Beside the new one, under a name that says what it is: somebody may know how to read more of it. */
async function setAside(dataDirectory: string): Promise<string> {
  const name = `${databaseName}.damaged-${Date.now()}`
  for (const suffix of ['', '-wal', '-shm']) {
    const from = path.join(dataDirectory, `${databaseName}${suffix}`)
    if (existsSync(from)) await rename(from, path.join(dataDirectory, `${name}${suffix}`))
  }
  return name
}

const own: ReadonlySet<string> = new Set([
  vaultDescriptionName,
  vaultKeyName,
  windowLookName,
  ...Object.values(indexMarkers),
])
/** Folders whose contents are made anew whenever they are missing, or are gone with the next start. */
const ownFolders = ['cache', 'backups', 'logs', draggedName]
/** The database, its log, and what `repairLibrary` has set aside. */
const databaseFile = /^library\.db(\.damaged-\d+)?(-wal|-shm|-journal)?$/
const itemFile = /^[a-z0-9]{2}\/[a-z0-9]{16,40}\.(picture|thumbnail-320|thumbnail-640|latents)$/

async function foreignFiles(dataDirectory: string): Promise<string[]> {
  const entries = await readdir(dataDirectory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(dataDirectory, path.join(entry.parentPath, entry.name)))
    .filter((name) => !isOwn(name.split(path.sep).join('/')))
    .sort()
}

function isOwn(name: string): boolean {
  const [first = '', ...rest] = name.split('/')
  if (rest.length === 0) return own.has(first) || first.startsWith(lockName) || databaseFile.test(first)
  if (ownFolders.includes(first)) return true
  if (first !== itemsName) return false
  return itemFile.test(rest.join('/')) || name.endsWith(unfinishedSuffix)
}
