import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { findings, readAll, stretches } from '../disk-search.ts'
import { type PageClient, openPageClient } from '../page-client.ts'
import { type Home, filesBelow, freshHome, sanggar, serve } from '../sanggar-process.ts'

/**
 * The proof of the vault, on a real host with the real model: fifty pictures with marker words everywhere, a photo
 * with a place in it, a mask, an incognito run. Then a search of everything that lies on the disk.
 */
const [prompt, title, tag, draft, album, owner, place, secretly] = [
  'Zanzibarowa',
  'Kilimandżaro',
  'Okawangową',
  'Mombasañol',
  'Serengetika',
  'Sari Windhoekwati',
  'Ubudkulon',
  'Timbuktulah',
] as const
const markers = [prompt, title, tag, draft, album, owner, place, secretly]

let home: Home
let temporary: string
test.beforeEach(() => {
  home = freshHome()
  mkdirSync(home.home, { recursive: true })
  temporary = path.join(home.home, '..', 'temporary')
  mkdirSync(temporary)
})
test.afterEach(() => home.remove())

/** As small and short as a picture may be: this is about what lies around it. */
const small = { kind: 'generate', model: 'starter', steps: 1, finish: 'none' } as const

async function photoOfAPlace(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const
  return sharp({ create: { width: 160, height: 120, channels: 3, background: '#a52', noise } })
    .withExif({
      IFD0: { Make: 'Kamera', Artist: owner, ImageDescription: place },
      IFD3: {
        GPSLatitudeRef: 'S',
        GPSLatitude: '8/1 30/1 0/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '115/1 15/1 0/1',
      },
    })
    .jpeg()
    .toBuffer()
}

/** Everything that somebody could do; gives all the pictures as they were when they were plain. */
async function fill(client: PageClient): Promise<{ plain: Buffer[]; ids: string[] }> {
  const photo = await photoOfAPlace()
  const mask = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#fff' } })
    .composite([{ input: Buffer.from('<svg><circle cx="80" cy="60" r="40"/></svg>') }])
    .png()
    .toBuffer()
  const imported = await client.upload(`import?name=${encodeURIComponent(`${place}.jpg`)}`, photo)
  const masked = await client.upload('mask?name=mask.png', mask)
  const made = await client.make({
    ...small,
    prompt: `a boat, ${prompt}`,
    negativePrompt: prompt,
    seed: '1',
    count: 50,
  })
  expect(made).toMatchObject({ state: 'done' })
  const edited = await client.make({
    ...small,
    prompt,
    seed: '90',
    image: { id: imported, strength: 0.5 },
    mask: { id: masked },
  })
  expect(edited).toMatchObject({ state: 'done' })
  await client.call('images.change', {
    ids: made.images,
    change: { title, tags: [tag], note: `${tag} ${title}` },
  })
  await client.call('drafts.set', { key: 'create', value: { prompt: draft } })
  await client.call('collections.save', { name: album })
  const incognito = await client.make({ ...small, prompt: secretly, seed: '70', incognito: true })
  const ids = [imported, masked, ...made.images, ...edited.images]
  const plain = [photo, mask]
  for (const id of [...ids, ...incognito.images]) {
    for (const size of ['', '?w=320']) plain.push(await client.get(`/media/image/${id}${size}`))
  }
  return { plain, ids }
}

test('on the disk there is nothing to read while the vault exists, and nothing at all after it was deleted', async () => {
  const server = await serve(home, { TMPDIR: temporary })
  const client = await openPageClient(server)
  const { plain, ids } = await fill(client)
  const outside = () =>
    filesBelow(home.home).filter((name) => !path.join(home.home, name).startsWith(home.data))
  const search = () => [
    ...findings(home.data, markers, plain),
    ...findings(temporary, markers, plain),
    ...outside(),
  ]
  expect(readdirSync(home.data)).toContain('library.db-wal')
  expect(filesBelow(home.data).length).toBeGreaterThan(2 * ids.length)
  expect(search()).toEqual([])
  // The search can fail: it finds a picture, a word in any shape and a database that are not sealed.
  const planted = path.join(home.data, 'planted')
  for (const bytes of [
    plain[0] ?? Buffer.alloc(0),
    Buffer.from(`x${title}`, 'utf16le'),
    Buffer.from(Buffer.from(`words ${tag} and more`).toString('base64')),
    Buffer.from('SQLite format 3\0'),
  ]) {
    writeFileSync(planted, bytes)
    expect(search().length).toBeGreaterThan(0)
  }
  rmSync(planted)

  // A copy that somebody made of all files of the library, without what holds its key.
  const copy = path.join(home.home, '..', 'copy')
  cpSync(home.data, copy, { recursive: true, filter: (name) => !/library\.lock|vault\.|\/logs/.test(name) })
  const sealed = readAll(copy).filter(({ name, bytes }) => bytes.length > 0 && !name.endsWith('-shm'))

  const receipt = await client.call('privacy.deleteAll', { confirmation: 'delete everything' })
  expect(receipt).toMatchObject({ keyDestroyed: true, left: [] })
  expect(receipt.files).toBeGreaterThanOrEqual(2 * ids.length)
  expect(receipt.verified).toBeGreaterThanOrEqual(receipt.files)
  const fresh = freshHome()
  const other = await serve(fresh)
  const files = (of: Home) => filesBelow(of.data).filter((name) => !name.startsWith('logs'))
  // Its link is there before its library is.
  await expect.poll(() => files(fresh)).toEqual(files(home))
  await other.stop()
  fresh.remove()
  expect(search()).toEqual([])
  const now = readAll(home.data)
  const kept = sealed.flatMap(({ name, bytes }) =>
    stretches(bytes).some((part) => now.some((file) => file.bytes.includes(part))) ? [name] : [],
  )
  expect(kept).toEqual([])
  client.close()
  await server.stop()
  expect(search()).toEqual([])

  // The old files with the new keys: nothing opens, and nobody pretends otherwise.
  for (const name of ['vault.json', 'vault.key']) cpSync(path.join(home.data, name), path.join(copy, name))
  const check = await sanggar(home, ['library', 'check', '--json', '--data', copy])
  expect(check.code).toBe(1)
  const [report] = check.lines as { database: string; damaged: string[]; pictures: number }[]
  expect(report).toMatchObject({ database: 'damaged', pictures: ids.length })
  expect(report?.damaged).toHaveLength(ids.length)
  expect(readAll(copy).filter(({ name }) => /\.picture$|library\.db$/.test(name))).toEqual(
    sealed.filter(({ name }) => /\.picture$|library\.db$/.test(name)),
  )
})
