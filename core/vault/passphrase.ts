import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'

/**
 * A secret under a passphrase: scrypt (RFC 7914) stretches the passphrase, AES-256-GCM wraps the secret. The
 * parameters are stored beside it, so that they can grow later; these take 128 MiB and about half a second.
 */
export const wrappedSecretSchema = z
  .object({
    kdf: z.literal('scrypt'),
    cost: z
      .number()
      .int()
      .min(1024)
      .max(1 << 20)
      .refine((cost) => Number.isInteger(Math.log2(cost))),
    blockSize: z.number().int().min(1).max(32),
    parallelization: z.number().int().min(1).max(16),
    salt: z.base64(),
    nonce: z.base64(),
    sealed: z.base64(),
  })
  // An altered file must not ask for all of the memory or for an hour: at most eight times of what is written now.
  .refine(({ cost, blockSize, parallelization }) => 128 * cost * blockSize * parallelization <= 1 << 30)

export type WrappedSecret = z.output<typeof wrappedSecretSchema>

const defaults = { cost: 1 << 17, blockSize: 8, parallelization: 1 }

export async function wrapSecret(secret: Uint8Array, passphrase: string): Promise<WrappedSecret> {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const key = await stretch(passphrase, salt, defaults)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
  key.fill(0)
  const text = (bytes: Buffer) => bytes.toString('base64')
  return { kdf: 'scrypt', ...defaults, salt: text(salt), nonce: text(nonce), sealed: text(sealed) }
}

/** Undefined when the passphrase is wrong or the wrapping was altered: the two cannot be told apart. */
export async function unwrapSecret(wrapped: WrappedSecret, passphrase: string): Promise<Buffer | undefined> {
  const bytes = (text: string) => Buffer.from(text, 'base64')
  const sealed = bytes(wrapped.sealed)
  const key = await stretch(passphrase, bytes(wrapped.salt), wrapped)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(wrapped.nonce), { authTagLength: 16 })
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  } catch {
    return undefined
  } finally {
    key.fill(0)
  }
}

export function stretch(
  passphrase: string,
  salt: Uint8Array,
  { cost, blockSize, parallelization }: Pick<WrappedSecret, 'cost' | 'blockSize' | 'parallelization'>,
  length = 32,
): Promise<Buffer> {
  // The same passphrase typed on another keyboard may arrive composed differently.
  const normal = passphrase.normalize('NFKC')
  const maxmem = 256 * cost * blockSize
  return new Promise((resolve, reject) => {
    scrypt(normal, salt, length, { cost, blockSize, parallelization, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
