import type { SafeStorage } from 'electron'
import type { Keychain } from '../core/host.ts'

/** Linux's fallbacks: a password that is written in Chromium's source protects nothing. */
const unprotected = new Set(['basic_text', 'unknown'])

/** The system's keychain, or undefined where there is none worth the name; the vault then says so. */
export async function openKeychain(
  safeStorage: Pick<
    SafeStorage,
    'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
  >,
  platform: NodeJS.Platform = process.platform,
): Promise<Keychain | undefined> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return undefined
  if (platform === 'linux' && unprotected.has(safeStorage.getSelectedStorageBackend())) return undefined
  return {
    async protect(secret) {
      return new Uint8Array(await safeStorage.encryptStringAsync(Buffer.from(secret).toString('base64')))
    },
    async reveal(sealed) {
      const { result } = await safeStorage.decryptStringAsync(Buffer.from(sealed))
      return new Uint8Array(Buffer.from(result, 'base64'))
    },
  }
}
