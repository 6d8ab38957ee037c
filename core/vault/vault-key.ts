import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { SanggarError } from '../../contract/errors.ts'
import type { Keychain } from '../host.ts'
import { diskFailure, shredFile, writeDurably } from './durable-file.ts'

/**
 * [Note: Vault key]
 *
 * One random 32-byte vault key per library. Two keys are derived from it (HKDF-SHA256, RFC 5869): one for the
 * database, one that wraps every item's own key. Where the host has a keychain, the key file holds the key as the
 * keychain sealed it; elsewhere it holds the key itself with mode 0600, which protects against other users of the
 * machine and lost backups of the items alone, not against somebody who can read this user's files. `vault.json`
 * says which. Destroying the key file is what makes "delete everything" final.
 */
export type VaultKeys = { database: Buffer; items: Buffer; keptIn: 'keychain' | 'key-file' }

const descriptionSchema = z.object({
  format: z.literal(1),
  keptIn: z.enum(['keychain', 'key-file']),
  createdAt: z.number(),
})

export const vaultDescriptionName = 'vault.json'
export const vaultKeyName = 'vault.key'
export const databaseName = 'library.db'

/** Opens the key of the vault in `dataDirectory`, or makes a new one where there is none. */
export async function openVaultKeys(dataDirectory: string, keychain?: Keychain): Promise<VaultKeys> {
  const description = await readDescription(dataDirectory)
  if (description !== undefined) return revealVaultKeys(dataDirectory, description.keptIn, keychain)
  const database = path.join(dataDirectory, databaseName)
  if (existsSync(database)) {
    // A library without its description: a new key here would lock the old pictures out for good.
    throw new SanggarError({ code: 'library-damaged', path: dataDirectory, detail: vaultDescriptionName })
  }
  return createVaultKeys(dataDirectory, keychain)
}

async function createVaultKeys(dataDirectory: string, keychain?: Keychain): Promise<VaultKeys> {
  const secret = randomBytes(32)
  const keptIn = keychain === undefined ? 'key-file' : 'keychain'
  const stored = keychain === undefined ? secret : await keychain.protect(secret)
  // The key first: a description without a key would be a vault that cannot be opened.
  await writeDurably(path.join(dataDirectory, vaultKeyName), stored)
  const description = { format: 1, keptIn, createdAt: Date.now() }
  await writeDurably(path.join(dataDirectory, vaultDescriptionName), Buffer.from(JSON.stringify(description)))
  return derive(secret, keptIn)
}

async function revealVaultKeys(
  dataDirectory: string,
  keptIn: 'keychain' | 'key-file',
  keychain?: Keychain,
): Promise<VaultKeys> {
  const file = path.join(dataDirectory, vaultKeyName)
  const stored = await readOptional(file)
  if (stored === undefined || (keptIn === 'keychain' && keychain === undefined)) {
    throw new SanggarError({ code: 'vault-key-missing', path: file })
  }
  const secret = keptIn === 'keychain' && keychain !== undefined ? await keychain.reveal(stored) : stored
  if (secret.length !== 32) throw new SanggarError({ code: 'vault-key-missing', path: file })
  return derive(Buffer.from(secret), keptIn)
}

async function readDescription(dataDirectory: string) {
  const file = path.join(dataDirectory, vaultDescriptionName)
  const text = await readOptional(file)
  if (text === undefined) return undefined
  try {
    return descriptionSchema.parse(JSON.parse(text.toString()))
  } catch (cause) {
    throw new SanggarError({ code: 'library-damaged', path: file, detail: 'unreadable' }, { cause })
  }
}

async function readOptional(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw diskFailure(cause, file)
  }
}

function derive(secret: Buffer, keptIn: VaultKeys['keptIn']): VaultKeys {
  const key = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `sanggar 1 ${purpose}`, 32))
  const keys = { database: key('database'), items: key('items'), keptIn }
  secret.fill(0)
  return keys
}

/** Overwrites and removes the key: from here on nobody opens what was sealed under it. */
export async function destroyVaultKey(dataDirectory: string): Promise<void> {
  await shredFile(path.join(dataDirectory, vaultKeyName), (start) => Math.max(start.length, 4096))
}
