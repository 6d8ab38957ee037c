import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { SanggarError } from '../../contract/errors.ts'
import { diskFailure } from '../vault/durable-file.ts'
import { unwrapSecret, wrapSecret, wrappedSecretSchema } from '../vault/passphrase.ts'

/**
 * [Note: Backup file] docs/backup-format.md is the whole truth; in short:
 *
 *   8 bytes   "SNGRBAK" and the format's version, 1
 *   4 bytes   length H of the header, uint32 little-endian
 *   H bytes   header, JSON: a random 32-byte file key under the passphrase (scrypt, AES-256-GCM)
 *   body      chunks of 1 MiB, AES-256-GCM under the file key, each followed by its 16-byte tag
 *
 * The body is STREAM, as in a sealed file ([Note: Sealed files]); the associated data of each chunk are the SHA-256 of
 * all that comes before the body. So neither header nor chunks can be altered, reordered, cut off or prolonged.
 */
const magic = Buffer.from('SNGRBAK\u0001', 'latin1')
export const chunkBytes = 1 << 20
const tagBytes = 16
const prefixBytes = magic.length + 4
const headerLimit = 1 << 16

const headerSchema = z.object({ format: z.literal(1), wrapped: wrappedSecretSchema })

export function damaged(file: string, detail: string, cause?: unknown): SanggarError {
  return new SanggarError({ code: 'backup-damaged', path: file, detail }, { cause })
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** The bytes of a backup file, from the archive inside it. Memory: a chunk or two. */
export async function* sealBackup(
  archive: AsyncIterable<Buffer>,
  passphrase: string,
): AsyncGenerator<Buffer> {
  const key = randomBytes(32)
  const header = Buffer.from(JSON.stringify({ format: 1, wrapped: await wrapSecret(key, passphrase) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const start = Buffer.concat([magic, length, header])
  const binding = createHash('sha256').update(start).digest()
  yield start

  let index = 0
  const seal = (plain: Buffer, last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index++, last)).setAAD(binding)
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }
  try {
    let held: Buffer[] = []
    let size = 0
    for await (const piece of archive) {
      held.push(piece)
      size += piece.length
      // One byte stays back, so that the last chunk is known to be the last when it is sealed.
      if (size <= chunkBytes) continue
      let all = Buffer.concat(held, size)
      for (; all.length > chunkBytes; all = all.subarray(chunkBytes)) {
        yield seal(all.subarray(0, chunkBytes), false)
      }
      held = [Buffer.from(all)]
      size = all.length
    }
    yield seal(Buffer.concat(held, size), true)
  } finally {
    key.fill(0)
  }
}

export type OpenedBackup = {
  file: string
  /** The archive inside, from its beginning; every chunk is authentic before it is given. */
  archive(): AsyncGenerator<Buffer>
  forget(): void
}

/**
 * Throws 'path-not-found', 'backup-damaged' for what is no backup or was altered at its beginning, and
 * 'vault-passphrase-wrong' (an altered wrapping cannot be told from a wrong passphrase).
 */
export async function openBackup(file: string, passphrase: string): Promise<OpenedBackup> {
  const handle = await openFile(file)
  try {
    const { size } = await handle.stat()
    const prefix = await readAt(handle, 0, prefixBytes)
    if (!prefix.subarray(0, magic.length).equals(magic)) throw damaged(file, 'not a backup')
    if (prefix.length < prefixBytes) throw damaged(file, 'cut off')
    const headerLength = prefix.readUInt32LE(magic.length)
    if (headerLength > headerLimit || prefixBytes + headerLength + tagBytes > size) {
      throw damaged(file, 'cut off')
    }
    const header = await readAt(handle, prefixBytes, headerLength)
    const { wrapped } = parseHeader(file, header)
    const key = await unwrapSecret(wrapped, passphrase)
    if (key === undefined) throw new SanggarError({ code: 'vault-passphrase-wrong' })
    const binding = createHash('sha256').update(prefix).update(header).digest()
    const bodyStart = prefixBytes + headerLength
    return {
      file,
      archive: () => readBody({ file, bodyStart, key, binding }),
      forget: () => key.fill(0),
    }
  } finally {
    await handle.close()
  }
}

function parseHeader(file: string, header: Buffer) {
  try {
    return headerSchema.parse(JSON.parse(header.toString()))
  } catch (cause) {
    throw damaged(file, 'header', cause)
  }
}

type Body = { file: string; bodyStart: number; key: Buffer; binding: Buffer }

async function* readBody({ file, bodyStart, key, binding }: Body): AsyncGenerator<Buffer> {
  const handle = await openFile(file)
  const step = chunkBytes + tagBytes
  try {
    const { size } = await handle.stat()
    const chunks = Math.max(1, Math.ceil((size - bodyStart) / step))
    for (let index = 0; index < chunks; index++) {
      const start = bodyStart + index * step
      const chunk = await readAt(handle, start, Math.min(step, size - start))
      yield openChunk(file, chunk, key, nonceOf(index, index === chunks - 1), binding)
    }
  } finally {
    await handle.close()
  }
}

function openChunk(file: string, chunk: Buffer, key: Buffer, nonce: Buffer, binding: Buffer): Buffer {
  if (chunk.length < tagBytes) throw damaged(file, 'cut off')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      .setAAD(binding)
      .setAuthTag(chunk.subarray(chunk.length - tagBytes))
    return Buffer.concat([decipher.update(chunk.subarray(0, chunk.length - tagBytes)), decipher.final()])
  } catch (cause) {
    throw damaged(file, 'altered or cut off', cause)
  }
}

async function openFile(file: string): Promise<FileHandle> {
  return open(file, 'r').catch((cause: unknown) => {
    throw diskFailure(cause, path.resolve(file))
  })
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, position)
  return bytes.subarray(0, bytesRead)
}
