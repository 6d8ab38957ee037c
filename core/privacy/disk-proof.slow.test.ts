import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Receipt } from '../../contract/privacy.ts'
import { openDatabase } from '../database/open-database.ts'
import type { Behaviour } from '../testing/host-double.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'
import { openItemStore } from '../vault/item-store.ts'
import { openVaultKeys } from '../vault/vault-key.ts'

/**
 * What lies on the disk, looked at as a thief would: byte by byte, without the keys. Fifty pictures with marker words
 * everywhere, a photo with a place in it, a mask, an incognito run; then everything is deleted.
 */
const markers = ['Zanzibarowa', 'Kilimandżaro', 'Okawango', 'Mombasa']
const [inPrompt, inTitle, inTag, inDraft] = markers as [string, string, string, string]

/** Noise by seed: pictures that compress to bytes of their own. */
const drawNoise: Behaviour = (task, say) => {
  const seeds = task.kind === 'generate' ? task.seeds : ['0']
  for (const [picture, seed] of seeds.entries()) {
    let state = Number(BigInt(seed) % 2147483647n) + 1
    const rgb = new Uint8Array(48 * 32 * 3).map(() => (state = (state * 48271) % 2147483647) & 255)
    const image = { width: 48, height: 32, rgb }
    say({ type: 'preview', picture, step: 1, image })
    const record = {
      width: 48,
      height: 32,
      seed,
      executionProvider: 'cpu',
      milliseconds: 5,
      peakMemory: 1,
      notes: [],
    }
    say({ type: 'picture', picture, image, record })
  }
  say({ type: 'done' })
}

let studio: Harness
let photo: Buffer

beforeEach(async () => {
  studio = await openHarness(drawNoise)
  photo = await sharp({
    create: {
      width: 64,
      height: 48,
      channels: 3,
      background: '#a52',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .withExif({
      IFD0: { Artist: 'Sari Okawangowati' },
      IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '6/1 12/1 0/1' },
    })
    .jpeg()
    .toBuffer()
})

afterEach(() => studio.close())

async function fill(): Promise<{ plain: Buffer[]; ids: string[] }> {
  const { id: imported } = await studio.post('/media/import?name=liburan.jpg', photo)
  const mask = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  const { id: masked } = await studio.post('/media/mask', mask)
  const made = await studio.make({
    prompt: `a boat, ${inPrompt}`,
    negativePrompt: inPrompt,
    seed: '1',
    count: 50,
  })
  const edit = { prompt: inPrompt, seed: '900', image: { id: imported, strength: 0.5 }, mask: { id: masked } }
  const edited = await studio.make(edit)
  await studio.call('images.change', {
    ids: made.images,
    change: { title: inTitle, tags: [inTag], note: inTag },
  })
  await studio.call('drafts.set', { key: 'create', value: { prompt: inDraft } })
  await studio.make({ prompt: `${inPrompt} secretly`, seed: '700', incognito: true })
  const ids = [imported, masked, ...made.images, ...edited.images]
  const plain: Buffer[] = [photo, mask]
  for (const id of ids) {
    for (const address of [`/media/image/${id}`, `/media/image/${id}?w=320`]) {
      plain.push(Buffer.from(await (await studio.get(address)).arrayBuffer()))
    }
  }
  return { plain, ids }
}

const signatures = [
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.from('IHDR'),
  Buffer.from('WEBPVP8'),
  Buffer.from('JFIF\0'),
  Buffer.from('Exif\0\0'),
  Buffer.from('SQLite format 3'),
]

/** Stretches of a file that are its own: a whole copy or a part of it would contain some. */
function stretches(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at + 24 <= bytes.length; at += 97) found.push(bytes.subarray(at, at + 24))
  return found
}

/** What a search of every file below `folder` finds; empty is what the vault promises. */
function findings(folder: string, plain: Buffer[]): string[] {
  const found: string[] = []
  const words = markers.flatMap((word) => [word, word.toLowerCase(), word.slice(2, 8)])
  for (const { file, bytes } of filesBelow(folder)) {
    // The lock is an empty database of its own, which holds nothing.
    if (path.basename(file).startsWith('library.lock')) continue
    const note = (what: string) => found.push(`${path.basename(file)}: ${what}`)
    for (const word of words) {
      if (bytes.includes(Buffer.from(word)) || bytes.includes(Buffer.from(word, 'utf16le'))) note(word)
    }
    for (const signature of signatures) if (bytes.includes(signature)) note(signature.toString('latin1'))
    for (const picture of plain) {
      if (stretches(picture).some((stretch) => bytes.includes(stretch))) note('bytes of a picture')
    }
  }
  return found
}

const databaseSizes = (folder: string) =>
  filesBelow(folder)
    .filter(({ file }) => /library\.db(-wal)?$/.test(file))
    .map(({ bytes }) => bytes.length)

it('shows nothing while the vault exists, open or closed', async () => {
  const { plain } = await fill()
  expect(readdirSync(studio.dataDirectory)).toContain('library.db-wal')
  expect(findings(studio.dataDirectory, plain)).toEqual([])
  await studio.stop()
  expect(findings(studio.dataDirectory, plain)).toEqual([])
  // The search can fail: a picture, a word and a database that are not sealed are all found.
  const planted = path.join(studio.dataDirectory, 'planted')
  writeFileSync(planted, Buffer.concat([plain[0] as Buffer, Buffer.from(inTitle)]))
  const plantedFindings = findings(studio.dataDirectory, plain)
  for (const what of [inTitle, 'Exif\0\0', 'bytes of a picture']) {
    expect(plantedFindings).toContain(`planted: ${what}`)
  }
  rmSync(planted)
  await studio.start()
})

it('keeps nothing after everything was deleted, and the old files open with no new key', async () => {
  const { plain, ids } = await fill()
  const copy = studio.folder('copy')
  // A backup that somebody made of the whole directory, keys of the old vault left out.
  cpSync(studio.dataDirectory, copy, {
    recursive: true,
    filter: (name) => !/library\.lock|vault\./.test(name),
  })
  // SQLite's -shm holds page numbers and zeros, nothing of any page.
  const sealed = filesBelow(copy).flatMap(({ file, bytes }) => (file.endsWith('-shm') ? [] : [bytes]))
  const receipt = (await studio.call('privacy.deleteAll', { confirmation: 'delete everything' })) as Receipt
  expect(receipt).toMatchObject({ keyDestroyed: true, left: [], rows: { images: 53, jobs: 2, drafts: 1 } })
  // Empty files are looked for again as well, but count as none.
  expect(receipt.verified).toBeGreaterThanOrEqual(receipt.files)

  const fresh = await openHarness()
  const names = (of: Harness) =>
    filesBelow(of.dataDirectory)
      .map(({ file }) => path.relative(of.dataDirectory, file))
      .sort()
  expect(names(studio)).toEqual(names(fresh))
  await fresh.close()
  expect(findings(studio.dataDirectory, plain)).toEqual([])
  const now = filesBelow(studio.dataDirectory).map(({ bytes }) => bytes)
  const kept = sealed.filter((bytes) =>
    stretches(bytes).some((part) => now.some((file) => file.includes(part))),
  )
  expect(kept).toHaveLength(0)

  await studio.stop()
  for (const name of ['vault.json', 'vault.key']) {
    cpSync(path.join(studio.dataDirectory, name), path.join(copy, name))
  }
  const keys = await openVaultKeys(copy, {})
  const sizes = databaseSizes(copy)
  expect(() => openDatabase(copy, keys.database)).toThrow(/library-damaged/)
  const items = openItemStore(path.join(copy, 'items'), keys.items)
  const { items: stored } = await items.list()
  expect(stored).toHaveLength(2 * ids.length)
  for (const { id, part } of stored) await expect(items.get(id, part)).rejects.toThrow(/item-damaged/)
  expect(databaseSizes(copy)).toEqual(sizes)
  await studio.start()
})
