import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Image } from '../../contract/image.ts'
import type { Job } from '../../contract/job.ts'
import { drawFlat, until } from '../testing/host-double.ts'
import { openRawVault } from '../testing/raw-vault.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const marker = 'Zanzibarowa'
const secret = { prompt: `a ${marker} boat`, seed: '77', incognito: true }

const total = async () => ((await studio.call('images.query', {})) as { total: number }).total
const namesBelow = () =>
  filesBelow(studio.dataDirectory)
    .map(({ file }) => file)
    .sort()

describe('an incognito job', () => {
  it('is shown like others and leaves nothing in the data directory', async () => {
    const before = namesBelow()
    const job = await studio.make({ ...secret, count: 2 })
    expect(job).toMatchObject({ state: 'done', request: { incognito: true } })
    const id = job.images[0] as string
    expect(((await studio.call('jobs.list')) as Job[]).map((one) => one.id)).toEqual([job.id])
    expect(await studio.call('images.get', { id })).toMatchObject({ prompt: secret.prompt, seed: '77' })
    for (const address of [`/media/image/${id}`, `/media/image/${id}?w=320`, `/media/preview/${job.id}`]) {
      const expected = address.includes('preview') ? 204 : 200
      expect([address, (await studio.get(address)).status]).toEqual([address, expected])
    }
    expect(await studio.call('incognito.state')).toMatchObject({ active: true, pictures: 2, jobs: 1 })
    expect(await studio.call('incognito.list')).toHaveLength(2)

    expect(await total()).toBe(0)
    expect(await studio.call('prompts.suggest', { text: 'boat' })).toEqual([])
    expect(await studio.call('insights.get')).toMatchObject({ perDay: [], perModel: [] })
    expect(await studio.call('privacy.viewCategory', { category: 'history' })).toMatchObject({ total: 0 })

    await studio.stop()
    expect(namesBelow().filter((file) => !/library\.(db|lock)/.test(file))).toEqual(
      before.filter((file) => !/library\.(db|lock)/.test(file)),
    )
    const raw = await openRawVault(studio.dataDirectory)
    expect(raw.records).toBe('[]')
    expect(raw.database.toString('latin1')).not.toMatch(/zanzibar/i)
    await studio.start()
    expect(await studio.failure('images.get', { id })).toMatchObject({ code: 'not-found' })
    expect(await studio.call('jobs.list')).toEqual([])
  })

  it('takes what is made from its pictures with it', async () => {
    const first = await studio.make(secret)
    const second = await studio.make({ prompt: 'from it', image: { id: first.images[0], strength: 0.5 } })
    expect(second).toMatchObject({ state: 'done', request: { incognito: true } })
    expect(await total()).toBe(0)
  })

  it('may start from a picture of the library and from one that came in for the session', async () => {
    const open = await studio.make({ prompt: 'open' })
    const job = await studio.make({ ...secret, image: { id: open.images[0], strength: 0.5 } })
    expect(job.state).toBe('done')
    const photo = await sharp({ create: { width: 24, height: 16, channels: 3, background: '#a52' } })
      .png()
      .toBuffer()
    const { id } = await studio.post('/media/input?name=a.png&incognito=1', photo)
    expect((await studio.make({ ...secret, image: { id, strength: 0.5 } })).state).toBe('done')
    expect(await studio.call('privacy.ledger')).toContainEqual(
      expect.objectContaining({ category: 'pictures-brought-in', count: 0 }),
    )
  })

  it('is exported and erased like others', async () => {
    const job = await studio.make({ ...secret, count: 2 })
    const folder = studio.folder('out')
    const work = await studio.work('export.start', { folder, request: { images: job.images } })
    expect(work.result).toMatchObject({ written: 2 })
    const { url } = (await studio.call('export.ticket', { images: job.images.slice(0, 1) })) as {
      url: string
    }
    expect((await studio.get(url)).status).toBe(200)
    await studio.call('images.erase', { ids: [job.images[0]] })
    expect(await studio.call('incognito.state')).toMatchObject({ pictures: 1 })
  })

  it('waits for its turn behind an open job, and its end does not disturb that one', async () => {
    let goOn = false
    studio.double.control.behaviour = async (task, say, process) => {
      await until(() => goOn || process.cancelled())
      await drawFlat(task, say, process)
    }
    const open = (await studio.call('jobs.submit', {
      kind: 'generate',
      prompt: 'open',
      model: 'starter',
    })) as {
      id: string
    }
    await until(() => studio.double.control.tasks.length === 1)
    await studio.call('jobs.submit', { kind: 'generate', model: 'starter', ...secret })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(studio.double.control.tasks).toHaveLength(1)
    expect(await studio.call('incognito.end')).toMatchObject({ jobs: 1 })
    goOn = true
    expect((await studio.ended(open.id)).state).toBe('done')
    expect(studio.double.control).toMatchObject({ spawned: 1 })
  })
})

describe('a session', () => {
  it('ends at once when asked', async () => {
    const job = await studio.make(secret)
    expect(await studio.call('incognito.end')).toMatchObject({ pictures: 1, jobs: 1 })
    expect(await studio.call('incognito.state')).toEqual({ active: false, pictures: 0, jobs: 0, bytes: 0 })
    expect((await studio.get(`/media/image/${job.images[0]}`)).status).toBe(404)
  })

  it('ends with a lock', async () => {
    const job = await studio.make(secret)
    await studio.call('vault.setPassphrase', { next: 'p' })
    await studio.call('vault.lock')
    await studio.call('vault.unlock', { passphrase: 'p' })
    expect(await studio.call('incognito.state')).toMatchObject({ active: false })
    expect(await studio.failure('images.get', { id: job.images[0] })).toMatchObject({ code: 'not-found' })
  })

  it('gives up one picture to the library, which then stands alone', async () => {
    const first = await studio.make(secret)
    const second = await studio.make({ prompt: 'kept', image: { id: first.images[0], strength: 0.5 } })
    await studio.call('images.change', { ids: second.images, change: { title: 'Mine', starred: true } })
    const { id } = (await studio.call('incognito.keep', { image: second.images[0] })) as { id: string }
    const kept = (await studio.call('images.get', { id })) as Image
    expect(kept).toMatchObject({ prompt: 'kept', title: 'Mine', starred: true, origin: 'edited' })
    expect(kept).not.toHaveProperty('source')
    expect(kept).not.toHaveProperty('job')
    expect(kept.request).not.toHaveProperty('incognito')
    expect(kept.request).not.toHaveProperty('image')
    expect(await studio.call('incognito.state')).toMatchObject({ pictures: 1 })
    await studio.call('incognito.end')
    await studio.stop()
    const raw = await openRawVault(studio.dataDirectory)
    expect(raw.database.toString('latin1')).not.toMatch(/zanzibar/i)
    await studio.start()
    expect(await total()).toBe(1)
  })
})
