import { createDecipheriv, createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openPage } from '../testing/chacha20-pages.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

/**
 * "The database is encrypted with ChaCha20-Poly1305 and each picture with AES-256-GCM" is a claim about files. Here
 * they are opened from the description alone: no code of the vault, no SQLite that knows ciphers.
 */
let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const file = (...names: string[]) => path.join(studio.dataDirectory, ...names)

/** HKDF-SHA256 (RFC 5869) for one block, with an empty salt: extract, expand. */
function keyFor(purpose: string): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32))
    .update(readFileSync(file('vault.key')))
    .digest()
  return createHmac('sha256', extracted).update(`sanggar 1 ${purpose}\u0001`).digest()
}

it('every page of the database is ChaCha20-Poly1305 under a key derived from vault.key, and a plain SQLite within', async () => {
  await studio.make({ prompt: 'perahu di Danau Toba' })
  await studio.stop()
  const sealed = readFileSync(file('library.db'))
  expect(sealed.subarray(0, 16).toString('latin1')).not.toContain('SQLite')
  const pageSize = sealed.readUInt16BE(16)
  const key = keyFor('database')
  const pages: Buffer[] = []
  for (let at = 0; at < sealed.length; at += pageSize) {
    const number = at / pageSize + 1
    const page = openPage(sealed.subarray(at, at + pageSize), number, key)
    if (page === undefined) expect.fail(`page ${number} is something else`)
    pages.push(page)
  }
  expect(pages.length).toBeGreaterThan(10)
  // What is not authentic does not open: another key, another place, one other bit.
  const first = sealed.subarray(0, pageSize)
  expect(openPage(first, 1, keyFor('items'))).toBeUndefined()
  expect(openPage(sealed.subarray(pageSize, 2 * pageSize), 3, key)).toBeUndefined()
  const altered = Buffer.from(first)
  altered[2000] = (altered[2000] ?? 0) ^ 1
  expect(openPage(altered, 1, key)).toBeUndefined()

  const folder = mkdtempSync(path.join(tmpdir(), 'sanggar-by-hand-'))
  try {
    const plain = Buffer.concat(pages)
    // "Write-ahead log" off in the header (SQLite file format, 1.3.3): a log would be looked for beside the copy.
    plain.fill(1, 18, 20)
    writeFileSync(path.join(folder, 'plain.db'), plain)
    const database = new DatabaseSync(path.join(folder, 'plain.db'), { readOnly: true })
    expect(database.prepare('SELECT prompt FROM images').all()).toEqual([{ prompt: 'perahu di Danau Toba' }])
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  await studio.start()
})

it('a picture is AES-256-GCM under a key of its own, which the key of the vault wraps', async () => {
  const { images } = await studio.make({ prompt: 'perahu di Danau Toba' })
  const [id = ''] = images
  const name = `${id}.picture`
  const sealed = readFileSync(file('items', id.slice(0, 2), name))
  const length = sealed.readUInt32LE(5)
  const open = (key: Buffer, nonce: Buffer, bytes: Buffer, associated: Buffer) => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
      .setAAD(associated)
      .setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()])
  }
  const associated = Buffer.concat([Buffer.from('SNGR\u0001', 'latin1'), Buffer.from(name)])
  const header = JSON.parse(
    open(keyFor('items'), sealed.subarray(9, 21), sealed.subarray(21, 37 + length), associated).toString(),
  ) as { key: string; record: { prompt: string } }
  expect(header.record.prompt).toBe('perahu di Danau Toba')
  const body = sealed.subarray(37 + length)
  expect(body.length).toBeLessThan(1 << 20) // one chunk: the last, number 0
  const nonce = Buffer.from('000000000000000000000001', 'hex')
  const png = open(Buffer.from(header.key, 'base64'), nonce, body, Buffer.alloc(0))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect(png).toEqual(Buffer.from(await (await studio.get(`/media/image/${id}`)).arrayBuffer()))
  // No two files have one key.
  const keys = new Set(
    readdirSync(file('items'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const bytes = readFileSync(path.join(entry.parentPath, entry.name))
        const names = Buffer.concat([Buffer.from('SNGR\u0001', 'latin1'), Buffer.from(entry.name)])
        const end = 37 + bytes.readUInt32LE(5)
        const text = open(keyFor('items'), bytes.subarray(9, 21), bytes.subarray(21, end), names).toString()
        return (JSON.parse(text) as { key: string }).key
      }),
  )
  expect(keys.size).toBe(2)
})
