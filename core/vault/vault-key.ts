import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import type { Keychain } from '../host.ts'
import { shredFile, shredUnfinished, writeDurably } from './durable-file.ts'
import { unwrapSecret, wrapSecret } from './passphrase.ts'
import {
  type Description,
  readDescription,
  readOptional,
  vaultDescriptionName,
  writeDescription,
} from './vault-description.ts'

/**
 * [Note: Vault key]
 *
 * One random 32-byte secret per library. Two keys are derived from it (HKDF-SHA256, RFC 5869): one for the
 * database, one that wraps every item's own key. `vault.json` says how the secret is kept:
 *
 * - 'keychain': vault.key holds it as the system's keychain sealed it.
 * - 'key-file': vault.key holds it as it is, mode 0600. That protects against other users of the machine and
 *   against lost copies of the items alone, not against somebody who can read this user's files.
 * - 'passphrase': vault.json holds it under the passphrase and there is no vault.key. The library opens on another
 *   machine with the passphrase alone, and a new passphrase wraps 32 bytes anew, no picture.
 *
 * Destroying the one file that holds the secret is what makes "delete everything" final.
 */
export type VaultKeys = { database: Buffer; items: Buffer; keptIn: KeptIn }
export type KeptIn = 'keychain' | 'key-file' | 'passphrase'

export { vaultDescriptionName }
export const vaultKeyName = 'vault.key'
export const databaseName = 'library.db'

export type VaultAccess = { keychain?: Keychain | undefined; passphrase?: string | undefined }

/** How the secret is kept; undefined where there is no vault yet. */
export async function vaultKeptIn(dataDirectory: string): Promise<KeptIn | undefined> {
  return (await readDescription(dataDirectory))?.keptIn
}

/**
 * The keys of the vault in `dataDirectory`, of a new one where there is none. Throws 'vault-locked' when a
 * passphrase is needed and not given, 'vault-passphrase-wrong' when it does not open the vault, 'vault-key-missing' and
 * 'vault-key-damaged' for what should hold the secret, 'library-damaged' for a description that was altered.
 */
export async function openVaultKeys(dataDirectory: string, access: VaultAccess): Promise<VaultKeys> {
  const description = await readDescription(dataDirectory)
  if (description === undefined) {
    if (existsSync(path.join(dataDirectory, databaseName))) {
      // A library without its description: a new key here would lock the old pictures out for good.
      throw new SanggarError({ code: 'library-damaged', path: dataDirectory, detail: vaultDescriptionName })
    }
    const keptIn = access.keychain === undefined ? 'key-file' : 'keychain'
    const secret = randomBytes(32)
    await keepSecret(dataDirectory, secret, { ...access, passphrase: undefined }, Date.now())
    return derive(secret, keptIn)
  }
  return derive(await readSecret(dataDirectory, description, access), description.keptIn)
}

/** The same secret, kept in another way: under `next`, or, when it is null, in the keychain or the key file. */
export async function changePassphrase(
  dataDirectory: string,
  access: VaultAccess,
  next: string | null,
): Promise<KeptIn> {
  const description = await readDescription(dataDirectory)
  if (description === undefined) {
    throw new SanggarError({ code: 'library-damaged', path: dataDirectory, detail: vaultDescriptionName })
  }
  const secret = await readSecret(dataDirectory, description, access)
  try {
    await keepSecret(
      dataDirectory,
      secret,
      { ...access, passphrase: next ?? undefined },
      description.createdAt,
    )
  } finally {
    secret.fill(0)
  }
  return next === null ? (access.keychain === undefined ? 'key-file' : 'keychain') : 'passphrase'
}

/** Whatever the order in which a crash cuts this short, one way of keeping the secret is whole. */
async function keepSecret(
  dataDirectory: string,
  secret: Buffer,
  { keychain, passphrase }: VaultAccess,
  createdAt: number,
): Promise<void> {
  const common = { format: 1 as const, createdAt, check: checkOf(secret) }
  if (passphrase !== undefined) {
    const wrapped = await wrapSecret(secret, passphrase)
    await writeDescription(dataDirectory, { ...common, keptIn: 'passphrase', wrapped })
    await destroyKeyFile(dataDirectory)
    return
  }
  const stored = keychain === undefined ? secret : await keychain.protect(secret)
  await writeDurably(path.join(dataDirectory, vaultKeyName), stored)
  const keptIn = keychain === undefined ? 'key-file' : 'keychain'
  await writeDescription(dataDirectory, { ...common, keptIn })
}

async function readSecret(
  dataDirectory: string,
  description: Description,
  { keychain, passphrase }: VaultAccess,
): Promise<Buffer> {
  if (description.keptIn === 'passphrase') {
    if (passphrase === undefined) throw new SanggarError({ code: 'vault-locked' })
    const secret = await unwrapSecret(description.wrapped, passphrase)
    if (secret === undefined) throw new SanggarError({ code: 'vault-passphrase-wrong' })
    // A crash between setting the passphrase and removing the key file would leave the back door open.
    await destroyKeyFile(dataDirectory)
    return secret
  }
  const file = path.join(dataDirectory, vaultKeyName)
  const stored = await readOptional(file)
  if (stored === undefined || (description.keptIn === 'keychain' && keychain === undefined)) {
    throw new SanggarError({ code: 'vault-key-missing', path: file })
  }
  const secret =
    description.keptIn === 'keychain' && keychain !== undefined
      ? await keychain.reveal(stored).catch((cause: unknown) => {
          throw new SanggarError({ code: 'vault-key-damaged', path: file }, { cause })
        })
      : stored
  const { check } = description
  if (secret.length !== 32 || (check !== undefined && check !== checkOf(secret))) {
    throw new SanggarError({ code: 'vault-key-damaged', path: file })
  }
  return Buffer.from(secret)
}

function derive(secret: Buffer, keptIn: KeptIn): VaultKeys {
  const keys = { database: keyFor('database', secret), items: keyFor('items', secret), keptIn }
  secret.fill(0)
  return keys
}

function keyFor(purpose: 'database' | 'items' | 'check', secret: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `sanggar 1 ${purpose}`, 32))
}

function checkOf(secret: Uint8Array): string {
  return keyFor('check', secret).toString('hex', 0, 16)
}

/** Out of this process' memory, as far as a garbage-collected language allows. */
export function forgetKeys(keys: VaultKeys): void {
  keys.database.fill(0)
  keys.items.fill(0)
}

async function destroyKeyFile(dataDirectory: string): Promise<void> {
  await shredFile(path.join(dataDirectory, vaultKeyName), (start) => Math.max(start.length, 4096))
}

/**
 * What a change of the passphrase left when it was cut short. Half a vault.key is the secret itself, and must not lie
 * beside a vault that is under a passphrase. For the one that holds the data directory's lock.
 */
export async function shredHalfKeys(dataDirectory: string): Promise<void> {
  for (const name of [vaultKeyName, vaultDescriptionName])
    await shredUnfinished(path.join(dataDirectory, name))
}

/** Overwrites and removes what holds the secret: from here on nobody opens what was sealed under it. */
export async function destroyVaultKey(dataDirectory: string): Promise<void> {
  await shredHalfKeys(dataDirectory)
  await destroyKeyFile(dataDirectory)
  await shredFile(path.join(dataDirectory, vaultDescriptionName), () => 4096)
}
