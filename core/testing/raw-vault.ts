import { createDecipheriv } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { openItemStore } from '../vault/item-store.ts'
import { openVaultKeys } from '../vault/vault-key.ts'

/**
 * What somebody with the keys finds in a data directory: every page of the database and of its log as decrypted
 * bytes, and the record of every sealed file. `dataDirectory` must not be in use for the pages to be complete.
 */
export async function openRawVault(dataDirectory: string) {
  const keys = await openVaultKeys(dataDirectory, {})
  const items = openItemStore(path.join(dataDirectory, 'items'), keys.items)
  const stored = (await items.list()).items.filter(({ part }) => part === 'picture')
  const records = await Promise.all(stored.map(({ id }) => items.record(id)))
  return { database: decryptedDatabase(dataDirectory, keys.database), records: JSON.stringify(records) }
}

/** The database with its cipher taken off, in a copy: free pages and all. */
function decryptedDatabase(dataDirectory: string, key: Buffer): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'sanggar-raw-'))
  try {
    for (const suffix of ['', '-wal']) {
      const from = path.join(dataDirectory, `library.db${suffix}`)
      if (existsSync(from)) copyFileSync(from, path.join(folder, `library.db${suffix}`))
    }
    const file = path.join(folder, 'library.db')
    const database = new Database(file)
    database.pragma(`cipher='chacha20'`)
    database.pragma(`key='raw:${key.toString('hex')}'`)
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.pragma('journal_mode=DELETE')
    // An empty key takes the cipher off page by page: what deletion left behind would be there as well.
    database.pragma(`rekey=''`)
    database.close()
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** True when AES-256-GCM accepts `sealed` (nonce, ciphertext, tag) under `key`. */
export function opens(key: Buffer, nonce: Buffer, sealed: Buffer): boolean {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    decipher.setAuthTag(sealed.subarray(-16))
    decipher.update(sealed.subarray(0, -16))
    decipher.final()
    return true
  } catch {
    return false
  }
}
