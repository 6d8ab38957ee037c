import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { SanggarError } from '../../contract/errors.ts'

/**
 * [Note: Sealed files]
 *
 * Every picture, input, mask and thumbnail is one sealed file:
 *
 *   bytes 0…4    "SNGR" and the format's version, 1
 *   bytes 5…8    length H of the sealed header, uint32 little-endian
 *   12 bytes     nonce of the header
 *   H bytes      header: AES-256-GCM under the vault's item key; JSON of the item's own random key and its record
 *   16 bytes     tag of the header
 *   body         chunks of 1 MiB, each AES-256-GCM under the item's own key, each followed by its 16-byte tag
 *
 * The body follows the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015): a chunk's nonce is
 * its number and a flag for the last one, so chunks can be neither reordered nor cut off. The key is fresh for each
 * file, so these nonces never repeat under one key. The header's associated data are the magic and the item's name:
 * a sealed file that is renamed or swapped with another does not open.
 *
 * The record in the header lets the library be rebuilt from its files. Erasing an item overwrites the header first:
 * without the key in it the body is noise.
 */
const magic = Buffer.from('SNGR\u0001', 'latin1')
const chunkBytes = 1 << 20
const tagBytes = 16
const nonceBytes = 12
const maximumHeaderBytes = 1 << 20
const prefixBytes = magic.length + 4 + nonceBytes

export type SealedItem = { record: unknown; body: Buffer }

function chunkNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(nonceBytes)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** Seals `body` with its `record` for the file called `name` under the 32-byte `key` of the vault. */
export function sealItem(key: Uint8Array, name: string, record: unknown, body: Uint8Array): Buffer {
  const itemKey = randomBytes(32)
  const header = Buffer.from(JSON.stringify({ key: itemKey.toString('base64'), record }))
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData(name))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const parts = [magic, length, nonce, cipher.update(header), cipher.final(), cipher.getAuthTag()]

  const chunks = Math.max(1, Math.ceil(body.length / chunkBytes))
  for (let index = 0; index < chunks; index++) {
    const chunk = createCipheriv('aes-256-gcm', itemKey, chunkNonce(index, index === chunks - 1))
    const plain = body.subarray(index * chunkBytes, (index + 1) * chunkBytes)
    parts.push(chunk.update(plain), chunk.final(), chunk.getAuthTag())
  }
  itemKey.fill(0)
  return Buffer.concat(parts)
}

/** Opens what `sealItem` made. Anything altered, cut off or foreign is 'item-damaged', naming the item. */
export function openItem(key: Uint8Array, name: string, sealed: Uint8Array): SealedItem {
  const file = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const { itemKey, record, bodyStart } = openHeader(key, name, file)
  try {
    const step = chunkBytes + tagBytes
    const chunks = Math.max(1, Math.ceil((file.length - bodyStart) / step))
    const parts: Buffer[] = []
    for (let index = 0; index < chunks; index++) {
      const chunk = file.subarray(bodyStart + index * step, bodyStart + (index + 1) * step)
      parts.push(openChunk(itemKey, chunkNonce(index, index === chunks - 1), chunk))
    }
    return { record, body: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts) }
  } catch (cause) {
    throw new SanggarError({ code: 'item-damaged', id: name }, { cause })
  } finally {
    itemKey.fill(0)
  }
}

/** The record alone, from the file's beginning. */
export function openRecord(key: Uint8Array, name: string, sealed: Uint8Array): unknown {
  const file = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const { itemKey, record } = openHeader(key, name, file)
  itemKey.fill(0)
  return record
}

/**
 * The beginning of a sealed file with another record and the same item key, as long as it was: it can be written over
 * the old one, and nothing of the old record remains. Undefined when the new record needs more room. `start` holds at
 * least `headerExtent` bytes.
 */
export function resealHeader(
  key: Uint8Array,
  name: string,
  start: Buffer,
  record: unknown,
): Buffer | undefined {
  const { itemKey, bodyStart } = openHeader(key, name, start)
  const plain = Buffer.from(JSON.stringify({ key: itemKey.toString('base64'), record }))
  itemKey.fill(0)
  const room = bodyStart - tagBytes - prefixBytes
  if (plain.length > room) return undefined
  // JSON may end in spaces, so the header keeps its length.
  const header = Buffer.concat([plain, Buffer.alloc(room - plain.length, ' ')])
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData(name))
  return Buffer.concat([
    start.subarray(0, prefixBytes - nonceBytes),
    nonce,
    cipher.update(header),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

/** How many bytes at the file's beginning hold the item's key; erasing overwrites them. */
export function headerExtent(start: Uint8Array): number {
  const file = Buffer.from(start.buffer, start.byteOffset, start.byteLength)
  if (file.length < prefixBytes || !file.subarray(0, magic.length).equals(magic)) return file.length
  return prefixBytes + Math.min(file.readUInt32LE(magic.length), maximumHeaderBytes) + tagBytes
}

function openHeader(key: Uint8Array, name: string, file: Buffer) {
  try {
    if (!file.subarray(0, magic.length).equals(magic)) throw new Error('not a sealed file')
    const length = file.readUInt32LE(magic.length)
    if (length > maximumHeaderBytes) throw new Error('header too long')
    const bodyStart = prefixBytes + length + tagBytes
    const nonce = file.subarray(magic.length + 4, prefixBytes)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      .setAAD(associatedData(name))
      .setAuthTag(file.subarray(prefixBytes + length, bodyStart))
    const plain = Buffer.concat([
      decipher.update(file.subarray(prefixBytes, prefixBytes + length)),
      decipher.final(),
    ])
    const header = JSON.parse(plain.toString()) as { key: string; record: unknown }
    return { itemKey: Buffer.from(header.key, 'base64'), record: header.record, bodyStart }
  } catch (cause) {
    throw new SanggarError({ code: 'item-damaged', id: name }, { cause })
  }
}

function openChunk(itemKey: Buffer, nonce: Buffer, chunk: Buffer): Buffer {
  if (chunk.length < tagBytes) throw new Error('chunk cut off')
  const decipher = createDecipheriv('aes-256-gcm', itemKey, nonce, { authTagLength: tagBytes })
  decipher.setAuthTag(chunk.subarray(chunk.length - tagBytes))
  return Buffer.concat([decipher.update(chunk.subarray(0, chunk.length - tagBytes)), decipher.final()])
}

function associatedData(name: string): Buffer {
  return Buffer.concat([magic, Buffer.from(name)])
}
