import { createCipheriv } from 'node:crypto'

/**
 * The pages of a database under the cipher "chacha20" of SQLite3 Multiple Ciphers, opened without it: from its
 * documented layout (utelle.github.io/SQLite3MultipleCiphers, "sqleet: ChaCha20-Poly1305") and OpenSSL's ChaCha20.
 *
 *   bytes 0…15 of page 1     a salt where "SQLite format 3\0" belongs; unused with a raw key
 *   bytes 16…23 of page 1    as SQLite wrote them: page size, format versions, reserved bytes (32)
 *   the last 32 bytes        of every page: a nonce of 16 bytes, a Poly1305 tag of 16
 *
 * The first 12 bytes of the nonce are ChaCha20's own; the last four, exclusive-or the page's number, its counter c.
 * Block c under the key gives 64 bytes: the first half is the key of Poly1305, the second that of the page, which is
 * enciphered from block c + 1 on. The tag is over ciphertext and nonce.
 */
const nonceBytes = 16
const tagBytes = 16
const plainHeader = Buffer.from('SQLite format 3\0', 'latin1')
const openHeaderBytes = 24

/** Page `number` (from 1) in the clear, or undefined where its tag is another. `key` has 32 bytes. */
export function openPage(page: Buffer, number: number, key: Buffer): Buffer | undefined {
  const end = page.length - nonceBytes - tagBytes
  const nonce = page.subarray(end, end + 12)
  const counter = (page.readUInt32LE(end + 12) ^ number) >>> 0
  const keys = chacha20(Buffer.alloc(64), key, nonce, counter)
  const tag = poly1305(page.subarray(0, end + nonceBytes), keys.subarray(0, 32))
  if (!tag.equals(page.subarray(end + nonceBytes))) return undefined
  const start = number === 1 ? openHeaderBytes : 0
  const opened = Buffer.alloc(page.length)
  page.copy(opened, 0, 0, start)
  chacha20(page.subarray(start, end), keys.subarray(32), nonce, (counter + 1) >>> 0).copy(opened, start)
  if (number === 1) plainHeader.copy(opened)
  return opened
}

/** RFC 8439, section 2.4; OpenSSL takes counter and nonce as one block of 16 bytes. */
export function chacha20(text: Buffer, key: Buffer, nonce: Buffer, counter: number): Buffer {
  const block = Buffer.alloc(16)
  block.writeUInt32LE(counter, 0)
  nonce.copy(block, 4)
  return createCipheriv('chacha20', key, block).update(text)
}

const prime = 2n ** 130n - 5n

/** RFC 8439, section 2.5.1. */
export function poly1305(message: Buffer, key: Buffer): Buffer {
  const factor = littleEndian(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
  let sum = 0n
  for (let at = 0; at < message.length; at += 16) {
    const block = Buffer.concat([message.subarray(at, at + 16), Buffer.from([1])])
    sum = ((sum + littleEndian(block)) * factor) % prime
  }
  sum += littleEndian(key.subarray(16, 32))
  const tag = Buffer.alloc(16)
  tag.writeBigUInt64LE(BigInt.asUintN(64, sum), 0)
  tag.writeBigUInt64LE(BigInt.asUintN(64, sum >> 64n), 8)
  return tag
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
