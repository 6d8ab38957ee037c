import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RetentionPreview } from '../../contract/retention.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { closeDatabase, openDatabase } from '../database/open-database.ts'
import { openVaultKeys } from '../vault/vault-key.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const day = 24 * 60 * 60 * 1000

/** Makes pictures older while the studio is closed, and opens it again. */
async function age(ids: string[], days: number): Promise<void> {
  await studio.stop()
  const keys = await openVaultKeys(studio.dataDirectory, {})
  const database = openDatabase(studio.dataDirectory, keys.database)
  const set = database.prepare('UPDATE images SET created_at = ? WHERE id = ?')
  for (const id of ids) set.run(Date.now() - days * day, id)
  closeDatabase(database)
  await studio.start()
}

const rule = { days: 30, origins: ['made'], action: 'trash' }
const total = async (trash: boolean) =>
  ((await studio.call('images.query', { trash })) as { total: number }).total

describe('a rule', () => {
  it('shows what it would take, takes it only once it is enabled, and takes nothing else', async () => {
    const [old = '', starred = '', shared = '', young = ''] = (await studio.make({ count: 4 })).images
    await studio.call('images.change', { ids: [starred], change: { starred: true } })
    await studio.call('images.change', { ids: [shared], change: { shared: true } })
    await age([old, starred, shared], 31)
    const preview = (await studio.call('retention.preview', rule)) as RetentionPreview
    expect(preview).toMatchObject({ count: 1, ids: [old] })
    expect(preview.bytes).toBeGreaterThan(100)
    expect(await studio.call('retention.preview', { ...rule, unstarredOnly: false })).toMatchObject({
      count: 3,
    })
    expect(await studio.call('retention.preview', { ...rule, days: 32 })).toMatchObject({ count: 0 })

    const saved = (await studio.call('retention.save', rule)) as { id: string; enabled: boolean }
    expect(saved.enabled).toBe(false)
    await age([old], 31)
    expect(await total(true)).toBe(0)
    await studio.call('retention.save', { ...rule, id: saved.id, enabled: true })
    expect(await studio.call('retention.list')).toEqual([
      { ...rule, id: saved.id, unstarredOnly: true, exceptTags: [], exceptCollections: [], enabled: true },
    ])
    await age([old], 31)
    expect([await total(true), await total(false)]).toEqual([1, 3])
    expect(await studio.call('images.get', { id: young })).not.toHaveProperty('trashedAt')
  })

  it('leaves what lies in an album, what a saved search finds and what has a tag, and says so beforehand', async () => {
    const [inAlbum = '', found = '', tagged = '', loose = ''] = (await studio.make({ count: 4 })).images
    const album = (await studio.call('collections.save', { name: 'Family' })) as { id: string }
    await studio.call('collections.add', { id: album.id, images: [inAlbum] })
    await studio.call('images.change', { ids: [found], change: { title: 'lighthouse' } })
    await studio.call('images.change', { ids: [tagged], change: { tags: ['Keep', 'sea'] } })
    const search = (await studio.call('collections.save', { name: 'S', search: 'lighthouse' })) as {
      id: string
    }
    await age([inAlbum, found, tagged, loose], 31)
    const preview = async (more: object) =>
      ((await studio.call('retention.preview', { ...rule, ...more })) as RetentionPreview).ids
    expect(await preview({})).toHaveLength(4)
    expect(await preview({ exceptTags: ['keep'] })).toHaveLength(3)
    const all = { exceptTags: ['keep'], exceptCollections: [album.id, search.id, 'gone'] }
    expect(await preview(all)).toEqual([loose])
    await studio.call('retention.save', { ...rule, ...all, enabled: true })
    await age([loose], 31)
    expect([await total(true), await total(false)]).toEqual([1, 3])
  })

  it('erases for good when it says so, and leaves what a waiting job needs', async () => {
    const [first = '', second = ''] = (await studio.make({ count: 2 })).images
    await studio.call('retention.save', { ...rule, action: 'erase', enabled: true })
    await studio.call('queue.pause', { paused: true })
    await studio.call('jobs.submit', {
      kind: 'generate',
      prompt: 'x',
      model: 'starter',
      image: { id: first },
    })
    await age([first, second], 31)
    expect(await studio.failure('images.get', { id: second })).toMatchObject({ code: 'not-found' })
    expect(await studio.failure('images.get', { id: first })).toBeUndefined()
  })
})

describe('inputs that nobody needs', () => {
  it('go after a day; those of a picture, a job or a draft stay', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const bring = async (kind: string) => (await studio.post(`/media/${kind}`, png)).id
    const [used, mask, drafted, loose, fresh] = [
      await bring('input'),
      await bring('mask'),
      await bring('input'),
      await bring('mask'),
      await bring('input'),
    ]
    await studio.make({ image: { id: used, strength: 0.5 }, mask: { id: mask } })
    await studio.call('drafts.set', { key: 'edit', value: { source: { id: drafted } } })
    await studio.call('jobs.clear')
    await age([used, mask, drafted, loose], 2)
    const there = async (id: string) => (await studio.failure('images.get', { id })) === undefined
    expect([await there(used), await there(mask), await there(drafted), await there(fresh)]).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(await there(loose)).toBe(false)
  })
})
