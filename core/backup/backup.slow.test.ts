import { execFileSync } from 'node:child_process'
import { createDecipheriv, createHash, scryptSync } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Image } from '../../contract/image.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'
import { chunkBytes, openBackup, sealBackup } from './backup-file.ts'
import { readTar, tarEnd, tarHeader, tarPadding } from './tar.ts'

// A passphrase is stretched several times in each; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

let studio: Harness
let other: Harness
let file: string
const passphrase = 'perahu merah ½'

beforeEach(async () => {
  studio = await openHarness()
  other = await openHarness()
  file = path.join(studio.double.root, 'library.sanggar-backup')
})

afterEach(async () => {
  await studio.close()
  await other.close()
})

async function fill() {
  const photo = await sharp({ create: { width: 24, height: 16, channels: 3, background: '#a52' } })
    .png()
    .toBuffer()
  const { id } = await studio.post('/media/import?name=a.png', photo)
  const job = await studio.make({
    prompt: 'kapal “merah”',
    seed: '5',
    count: 3,
    image: { id, strength: 0.5 },
  })
  await studio.call('images.change', {
    ids: job.images.slice(0, 1),
    change: { title: 'Laut', tags: ['sea'], starred: true, shared: true },
  })
  await studio.call('images.trash', { ids: job.images.slice(2) })
  await studio.call('settings.change', { theme: 'dark', trashDays: 90 })
  await studio.call('drafts.set', { key: 'create', value: { prompt: 'belum selesai', n: null } })
  await studio.call('retention.save', { days: 9, origins: ['made'], action: 'trash', enabled: true })
  studio.studio().recordBlockedRequest('https://example.org', 'test')
  return { imported: id, job }
}

const backUp = () => studio.work('backup.start', { file, passphrase })
const restore = (to: Harness) => to.work('backup.restore', { file, passphrase })
const total = async (of: Harness) => ((await of.call('images.query', {})) as { total: number }).total

describe('a backup', () => {
  it('opens on another machine with the passphrase alone and brings everything', async () => {
    const { imported, job } = await fill()
    expect((await backUp()).result).toMatchObject({ written: 4, unreadable: [], place: file })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await restore(other)).result).toMatchObject({ written: 4, duplicates: 0 })
    for (const id of [imported, ...job.images]) {
      const [before, after] = (await Promise.all(
        [studio, other].map((one) => one.call('images.get', { id })),
      )) as unknown as [Image, Image]
      expect({ ...after, bytes: 0 }).toEqual({ ...before, bytes: 0 })
      const [left, right] = await Promise.all(
        [studio, other].map(async (one) => (await one.get(`/media/image/${id}`)).arrayBuffer()),
      )
      expect(Buffer.from(right as ArrayBuffer).equals(Buffer.from(left as ArrayBuffer))).toBe(true)
    }
    expect(await other.call('settings.get')).toMatchObject({ theme: 'dark', trashDays: 90 })
    expect(await other.call('drafts.get', { key: 'create' })).toEqual({
      value: { prompt: 'belum selesai', n: null },
    })
    expect(await other.call('jobs.list')).toMatchObject([{ id: job.id, state: 'done' }])
    expect(await other.call('retention.list')).toMatchObject([{ days: 9, enabled: false }])
    expect(await other.call('privacy.seal')).toMatchObject({ blocked: 1 })
    expect(await other.call('images.query', { text: 'merah sea' })).toMatchObject({ total: 1 })
    // Its own vault, its own keys: after a restart all is still there.
    await other.stop()
    await other.start()
    expect(await total(other)).toBe(3)
  })

  it('merges: what is there stays as it is, and a second time brings nothing', async () => {
    const { job } = await fill()
    await backUp()
    await other.make({ prompt: 'theirs' })
    await other.call('settings.change', { theme: 'light' })
    await restore(other)
    await other.call('images.change', { ids: job.images.slice(0, 1), change: { title: 'Lain' } })
    expect((await restore(other)).result).toMatchObject({ written: 0, duplicates: 4 })
    expect(await other.call('images.get', { id: job.images[0] })).toMatchObject({ title: 'Lain' })
    expect(await other.call('settings.get')).toMatchObject({ theme: 'light', trashDays: 90 })
    expect(await total(other)).toBe(4)
  })

  it('says nothing to somebody without the passphrase', async () => {
    await fill()
    await backUp()
    const bytes = readFileSync(file)
    for (const text of ['kapal', 'merah', 'Laut', 'example.org', 'IHDR', 'ustar', 'manifest']) {
      expect([text, bytes.includes(text)]).toEqual([text, false])
    }
    expect(await other.failure('backup.restore', { file, passphrase: 'perahu merah' })).toEqual({
      code: 'vault-passphrase-wrong',
    })
    expect(await total(other)).toBe(0)
  })

  it('never overwrites a file and leaves nothing when it is cancelled', async () => {
    writeFileSync(file, 'mine')
    expect(await backUp()).toMatchObject({ state: 'failed', failure: { code: 'already-exists' } })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    await studio.make({ count: 40 })
    const second = path.join(studio.double.root, 'second')
    const { id } = (await studio.call('backup.start', { file: second, passphrase })) as { id: string }
    await studio.call('works.cancel', { id })
    expect((await studio.worked(id)).state).toBe('cancelled')
    expect(readdirSync(studio.double.root).filter((name) => name.startsWith('second'))).toEqual([])
  })
})

describe('an altered backup', () => {
  it('is refused as a whole, wherever it was altered or cut off, and changes nothing', async () => {
    await fill()
    await backUp()
    const whole = readFileSync(file)
    const before = filesBelow(path.join(other.dataDirectory)).length
    const bodyStart = 12 + whole.readUInt32LE(8)
    const starts: [string, Buffer][] = [
      ['magic', flipped(whole, 3)],
      ['version', flipped(whole, 7)],
      ['header length', flipped(whole, 10)],
      ['header', flipped(whole, 12)],
      ['cut off in the header', whole.subarray(0, 40)],
      ['cut off before the header', whole.subarray(0, 9)],
      ['empty', Buffer.alloc(0)],
    ]
    for (const [name, bytes] of starts) {
      writeFileSync(file, bytes)
      expect([name, await other.failure('backup.restore', { file, passphrase })]).toMatchObject([
        name,
        { code: 'backup-damaged', path: file },
      ])
    }
    writeFileSync(file, whole)
    const opened = await openBackup(file, passphrase)
    const bodies: [string, Buffer][] = [
      ['first byte of the body', flipped(whole, bodyStart)],
      ['middle', flipped(whole, (bodyStart + whole.length) >> 1)],
      ['last byte', flipped(whole, whole.length - 1)],
      ['cut off at the end', whole.subarray(0, -1)],
      ['nothing but the header', whole.subarray(0, bodyStart)],
      ['prolonged', Buffer.concat([whole, Buffer.alloc(20)])],
    ]
    for (const [name, bytes] of bodies) {
      writeFileSync(file, bytes)
      const reading = async () => {
        for await (const _ of opened.archive());
      }
      await expect(reading(), name).rejects.toMatchObject({ failure: { code: 'backup-damaged' } })
    }
    writeFileSync(file, flipped(whole, whole.length - 1))
    expect(await restore(other)).toMatchObject({ state: 'failed', failure: { code: 'backup-damaged' } })
    expect(await total(other)).toBe(0)
    expect(await other.call('jobs.list')).toEqual([])
    expect(await other.call('settings.get')).toMatchObject({ theme: 'system' })
    expect(filesBelow(other.dataDirectory)).toHaveLength(before)
    expect(existsSync(path.join(other.dataDirectory, 'items'))).toBe(false)
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] as number) ^ 1
  return copy
}

describe('the documented format', () => {
  it('is opened by the steps of docs/backup-format.md and by tar', async () => {
    await fill()
    await backUp()
    const data = readFileSync(file)
    const length = data.readUInt32LE(8)
    const [start, body] = [data.subarray(0, 12 + length), data.subarray(12 + length)]
    const { wrapped } = JSON.parse(start.toString('utf8', 12)) as {
      wrapped: Record<string, unknown> & { cost: number; blockSize: number; parallelization: number }
    }
    const bytes = (name: string) => Buffer.from(wrapped[name] as string, 'base64')
    const open = (key: Buffer, nonce: Buffer, sealed: Buffer, bound?: Buffer) => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
      if (bound !== undefined) decipher.setAAD(bound)
      decipher.setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    }
    const stretched = scryptSync(passphrase.normalize('NFKC'), bytes('salt'), 32, {
      N: wrapped.cost,
      r: wrapped.blockSize,
      p: wrapped.parallelization,
      maxmem: 2 ** 28,
    })
    const fileKey = open(stretched, bytes('nonce'), bytes('sealed'))
    const binding = createHash('sha256').update(start).digest()
    const tar = path.join(studio.double.root, 'backup.tar')
    writeFileSync(tar, open(fileKey, Buffer.from('000000000000000000000001', 'hex'), body, binding))
    const names = execFileSync('tar', ['-tf', tar], { encoding: 'utf8' }).trim().split('\n')
    expect(names.slice(0, 2)).toEqual(['README.txt', 'manifest.json'])
    expect(names.filter((name) => name.endsWith('.png'))).toHaveLength(4)
    const jobs = execFileSync('tar', ['-xOf', tar, 'database/jobs.000000.jsonl'], { encoding: 'utf8' })
    expect(JSON.parse(jobs)).toMatchObject({ request: { prompt: 'kapal “merah”' } })
  })

  it('carries any number of chunks, whole, in a memory of a few', async () => {
    const size = 3 * chunkBytes
    for (const extra of [-1, 0, 1]) {
      const plain = Buffer.alloc(size + extra, 'sanggar')
      const sealed: Buffer[] = []
      for await (const piece of sealBackup(Readable.from([plain.subarray(0, 10), plain.subarray(10)]), 'p')) {
        sealed.push(piece)
      }
      writeFileSync(file, Buffer.concat(sealed))
      const opened = await openBackup(file, 'p')
      const pieces: Buffer[] = []
      for await (const piece of opened.archive()) pieces.push(piece)
      expect(Buffer.concat(pieces).equals(plain)).toBe(true)
      if (extra !== 0) continue
      // Two whole chunks exchanged: each is authentic, but not there.
      const at = Buffer.concat(sealed).length - size - 3 * 16
      const swapped = Buffer.concat(sealed)
      const step = chunkBytes + 16
      const first = Buffer.from(swapped.subarray(at, at + step))
      swapped.copy(swapped, at, at + step, at + 2 * step)
      first.copy(swapped, at + step)
      writeFileSync(file, swapped)
      const exchanged = await openBackup(file, 'p')
      await expect(async () => {
        for await (const _ of exchanged.archive());
      }).rejects.toMatchObject({ failure: { code: 'backup-damaged' } })
    }
  })

  it('has an archive that is read as it was written, and refuses one that was not', async () => {
    const at = new Date(0)
    const pieces = [
      tarHeader('a', 600, at),
      Buffer.alloc(600, 1),
      tarPadding(600),
      tarHeader('b', 0, at),
      tarEnd,
    ]
    const entries: [string, number][] = []
    for await (const { name, data } of readTar(Readable.from(pieces), 1000)) entries.push([name, data.length])
    expect(entries).toEqual([
      ['a', 600],
      ['b', 0],
    ])
    const read = async (source: Buffer[], limit = 1000) => {
      for await (const _ of readTar(Readable.from(source), limit));
    }
    await expect(read(pieces, 599)).rejects.toThrow('too large')
    await expect(read(pieces.slice(0, 2))).rejects.toThrow('cut off')
    await expect(read([Buffer.alloc(512, 7)])).rejects.toThrow('expected')
  })
})
