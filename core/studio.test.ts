import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../contract/job.ts'
import { dispatch } from '../contract/rpc.ts'
import { createStudio } from './create-studio.ts'
import { openDatabase } from './database/open-database.ts'
import type { Studio } from './studio.ts'
import { createHostDouble, drawFlat, until } from './testing/host-double.ts'
import { openVaultKeys } from './vault/vault-key.ts'

let double: ReturnType<typeof createHostDouble>
let studio: Studio
let jobs: Map<string, Job>

async function open(): Promise<void> {
  studio = await createStudio(double.host)
  jobs = new Map()
  studio.onEvent((name, value) => {
    if (name === 'job.changed') jobs.set((value as Job).id, value as Job)
  })
}

beforeEach(async () => {
  double = createHostDouble()
  await open()
})

afterEach(async () => {
  await studio.close()
  double.remove()
})

async function call(name: string, input: unknown = null) {
  const outcome = await dispatch(studio.handlers, name, input)
  if (!outcome.ok) throw Object.assign(new Error(outcome.failure.code), { failure: outcome.failure })
  return outcome.value as never
}

const submit = async (more: object = {}) =>
  (await call('jobs.submit', { kind: 'generate', prompt: 'a boat', model: 'starter', ...more })) as {
    id: string
  }

const ended = (id: string) =>
  until(() => {
    const job = jobs.get(id)
    return job !== undefined && !['queued', 'running'].includes(job.state) && job
  })

type Page = { total: number; tiles: { id: string }[] }

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

describe('a picture from a prompt', () => {
  it('is found by its words when it is enlarged as well', async () => {
    const { id } = await submit({ prompt: 'a boat', negativePrompt: 'fog' })
    const [source] = (await ended(id)).images
    const enlarging = (await call('jobs.submit', {
      kind: 'upscale',
      scale: 2,
      model: 'starter',
      image: source,
    })) as {
      id: string
    }
    const [enlarged] = (await ended(enlarging.id)).images
    expect(await call('images.get', { id: enlarged })).toMatchObject({
      origin: 'enhanced',
      source,
      prompt: 'a boat',
      negativePrompt: 'fog',
    })
    expect(((await call('images.query', { text: 'boat' })) as Page).total).toBe(2)
  })

  it('is in the gallery with all that made it, and survives a restart', async () => {
    const { id } = await submit({ prompt: 'a boat zebra', seed: '7', count: 2 })
    const job = await ended(id)
    expect(job.state).toBe('done')
    expect(job.images).toHaveLength(2)
    const image = (await call('images.get', { id: job.images[1] })) as Record<string, unknown>
    expect(image).toMatchObject({
      prompt: 'a boat zebra',
      seed: '8',
      model: 'starter',
      steps: 1,
      ignoredWords: ['zebra'],
      origin: 'made',
    })

    // A job that is through has no preview any more, which is no error; one that never was is.
    const previewOf = async (made: string) =>
      (await studio.handleMedia(new Request(`http://x/media/preview/${made}?n=1`))).status
    expect([await previewOf(id), await previewOf('a'.repeat(24))]).toEqual([204, 404])

    await studio.close()
    await open()
    expect(((await call('images.query', {})) as Page).total).toBe(2)
    const response = await studio.handleMedia(new Request(`http://x/media/image/${job.images[0]}`))
    const pixels = await sharp(Buffer.from(await response.arrayBuffer()))
      .raw()
      .toBuffer()
    expect(pixels.every((value) => value === 7)).toBe(true)
  })

  it('draws a seed when none is asked and keeps it', async () => {
    const job = await ended((await submit()).id)
    expect((job.request as { seed: string }).seed).toMatch(/^\d+$/)
  })

  it('fails with a type when the process dies, and the next job runs in a new one', async () => {
    double.control.behaviour = (_, __, { die }) => die('SIGKILL')
    const failed = await ended((await submit()).id)
    expect(failed).toMatchObject({
      state: 'failed',
      failure: { code: 'inference-crashed', signal: 'SIGKILL' },
    })
    double.control.behaviour = drawFlat
    expect((await ended((await submit()).id)).state).toBe('done')
    // started again once for the first job, and anew for the second
    expect(double.control.spawned).toBe(3)
  })

  it('is cancelled while it runs and while it waits', async () => {
    double.control.behaviour = async (_, __, { cancelled }) => {
      await until(() => cancelled())
    }
    const first = await submit()
    const second = await submit()
    await until(() => jobs.get(first.id)?.state === 'running')
    await call('jobs.cancel', { id: second.id })
    await call('jobs.cancel', { id: first.id })
    expect((await ended(first.id)).state).toBe('cancelled')
    expect((await ended(second.id)).state).toBe('cancelled')
  })

  it('is interrupted by a closing app and waits to be asked again', async () => {
    double.control.behaviour = async (_, __, { cancelled }) => {
      await until(() => cancelled())
    }
    const { id } = await submit()
    await until(() => jobs.get(id)?.state === 'running')
    await studio.close()
    double.control.behaviour = drawFlat
    await open()
    const listed = (await call('jobs.list')) as Job[]
    expect(listed.find((job) => job.id === id)).toMatchObject({ state: 'interrupted' })
    const again = (await call('jobs.retry', { id })) as { id: string }
    expect((await ended(again.id)).state).toBe('done')
  })

  it('refuses what cannot work before it becomes a job', async () => {
    await expect(submit({ model: 'nobody' })).rejects.toMatchObject({ failure: { code: 'model-not-found' } })
    await expect(submit({ steps: -1 })).rejects.toMatchObject({
      failure: { code: 'invalid-request', path: 'steps' },
    })
    await expect(submit({ width: 100_000 })).rejects.toMatchObject({ failure: { code: 'invalid-request' } })
    await expect(submit({ image: { id: 'nothere' } })).rejects.toMatchObject({
      failure: { code: 'not-found' },
    })
    expect(await call('jobs.list')).toEqual([])
  })

  it('takes a source picture by its id', async () => {
    const png = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer()
    const answer = await studio.handleMedia(
      new Request('http://x/media/input?name=red.png', { method: 'POST', body: new Uint8Array(png) }),
    )
    const input = (await answer.json()) as { id: string; width: number }
    expect(answer.status).toBe(201)
    const job = await ended((await submit({ image: { id: input.id, strength: 0.5 } })).id)
    const task = double.control.tasks[0] as { image: { rgb: Uint8Array; strength: number } }
    expect([...task.image.rgb.subarray(0, 3)]).toEqual([255, 0, 0])
    expect(await call('images.get', { id: job.images[0] })).toMatchObject({
      origin: 'edited',
      source: input.id,
    })
  })

  it('refuses a text file and a bomb as a picture', async () => {
    const post = async (body: Uint8Array<ArrayBuffer>) =>
      (await studio.handleMedia(new Request('http://x/media/input', { method: 'POST', body }))).json()
    expect(await post(new Uint8Array(Buffer.from('hello')))).toMatchObject({ code: 'picture-unreadable' })
    const huge = await sharp({ create: { width: 10_000, height: 7000, channels: 3, background: '#000' } })
      .png()
      .toBuffer()
    expect(await post(new Uint8Array(huge))).toMatchObject({ code: 'picture-too-large', megapixels: 70 })
  })
})

describe('the queue', () => {
  it('pauses, reorders and goes on', async () => {
    await call('queue.pause', { paused: true })
    const ids = [await submit(), await submit(), await submit()].map(({ id }) => id)
    await call('jobs.move', { id: ids[2], index: 0 })
    const order = ((await call('jobs.list')) as Job[]).map((job) => job.id)
    expect(order).toEqual([ids[2], ids[0], ids[1]])
    await call('queue.pause', { paused: false })
    await Promise.all(ids.map((id) => ended(id)))
    await call('jobs.clear')
    expect(await call('jobs.list')).toEqual([])
  })
})

describe('search', () => {
  it('finds by words, seed, star, tag and size', async () => {
    const job = await ended((await submit({ prompt: 'red boat at Sunset', seed: '41', count: 3 })).id)
    const [first] = job.images
    await call('images.change', { ids: [first], change: { starred: true, tags: ['Sea'], title: 'Perahu' } })
    const total = async (text: string) => ((await call('images.query', { text })) as Page).total
    expect(await total('sun bo')).toBe(3)
    expect(await total('sunrise')).toBe(0)
    expect(await total('seed:42')).toBe(1)
    expect(await total('star:yes')).toBe(1)
    expect(await total('tag:sea')).toBe(1)
    expect(await total('perahu')).toBe(1)
    expect(await total('-seed:42 boat')).toBe(2)
    expect(await total('size:32x16')).toBe(3)
    expect(await total('size:>32')).toBe(0)
    expect(await total('model:start after:2020 "red boat"')).toBe(3)
    expect(await total('") OR 1=1 --')).toBe(0)
  })
})

describe('export', () => {
  it('writes what was promised and nothing else', async () => {
    const job = await ended((await submit({ prompt: 'perahu, “merah”', seed: '5' })).id)
    const folder = path.join(double.root, 'out')
    const write = async (metadata: string) => {
      const request = { images: job.images, metadata, pattern: `${metadata}-[seed]`, list: true }
      const { id } = (await call('export.start', { folder, request })) as { id: string }
      await until(async () => {
        const works = (await call('works.list')) as { id: string; state: string }[]
        return works.some((work) => work.id === id && work.state === 'done')
      })
    }
    for (const metadata of ['clean', 'reproducible', 'disclosed']) await write(metadata)
    const file = (name: string) => readFileSync(path.join(folder, name))
    expect(file('clean-5.png').includes('perahu')).toBe(false)
    expect(file('reproducible-5.png').toString()).toContain('perahu, “merah”\nSteps: 1, Sampler: Euler')
    expect(file('disclosed-5.png').includes('trainedAlgorithmicMedia')).toBe(true)
    expect(file('disclosed-5.png').includes('perahu')).toBe(false)
    const list = JSON.parse(file('pictures.json').toString()) as { prompt: string }[]
    expect(list[0]?.prompt).toBe('perahu, “merah”')
    await write('clean')
    expect(existsSync(path.join(folder, 'clean-5-2.png'))).toBe(true)
  })

  it('gives one picture or a ZIP for a ticket, once', async () => {
    const job = await ended((await submit({ count: 3 })).id)
    const { url, name } = (await call('export.ticket', { images: 'all' })) as { url: string; name: string }
    expect(name).toBe('sanggar.zip')
    const response = await studio.handleMedia(new Request(`http://x${url}`))
    const zip = Buffer.from(await response.arrayBuffer())
    expect(zip.subarray(0, 2).toString()).toBe('PK')
    // The central directory has one such mark for each file.
    expect(zip.toString('latin1').split('PK\u0001\u0002')).toHaveLength(job.images.length + 1)
    expect((await studio.handleMedia(new Request(`http://x${url}`))).status).toBe(404)
  })
})

describe('deletion', () => {
  it('goes to the trash, comes back, and goes for good with its files', async () => {
    const job = await ended((await submit({ count: 2 })).id)
    await call('images.trash', { ids: job.images })
    expect(((await call('images.query', {})) as Page).total).toBe(0)
    await call('images.restore', { ids: [job.images[0]] })
    expect(((await call('images.query', {})) as Page).total).toBe(1)
    const receipt = await call('images.emptyTrash')
    expect(receipt).toMatchObject({ rows: { images: 1 }, files: 2, verified: 1 })
    const names = filesBelow(path.join(double.host.dataDirectory, 'items'))
    expect(names.some((name) => name.includes(job.images[1] as string))).toBe(false)
    expect(names.some((name) => name.includes(job.images[0] as string))).toBe(true)
  })

  it('deletes everything, key first, and leaves a fresh empty library', async () => {
    await ended((await submit({ prompt: 'zirconium boat', count: 2 })).id)
    await call('drafts.set', { key: 'create', value: { prompt: 'zirconium' } })
    await call('settings.change', { theme: 'dark' })
    const { dataDirectory } = double.host
    const before = filesBelow(dataDirectory)
    expect(before.some((file) => readFileSync(file).includes('zirconium'))).toBe(false)
    writeFileSync(path.join(dataDirectory, 'notes.txt'), 'mine')
    const oldKey = readFileSync(path.join(dataDirectory, 'vault.key'))

    await expect(call('privacy.deleteAll', { confirmation: 'yes' })).rejects.toMatchObject({
      failure: { code: 'invalid-request' },
    })
    const receipt = await call('privacy.deleteAll', { confirmation: 'delete everything' })
    expect(receipt).toMatchObject({
      rows: { images: 2, drafts: 1, settings: 1 },
      keyDestroyed: true,
      left: [{ name: 'notes.txt', reason: 'not-ours' }],
    })
    expect(filesBelow(path.join(dataDirectory, '.')).some((file) => file.includes('items'))).toBe(false)
    expect(readFileSync(path.join(dataDirectory, 'vault.key')).equals(oldKey)).toBe(false)
    expect(((await call('images.query', {})) as Page).total).toBe(0)
    expect(await call('settings.get')).toMatchObject({ theme: 'system' })
    expect((await ended((await submit()).id)).state).toBe('done')
  })
})

/** The database as a process leaves it that does not come to its end. */
async function leaveAsCrashed(dataDirectory: string): Promise<void> {
  const keys = await openVaultKeys(dataDirectory, {})
  openDatabase(dataDirectory, keys.database).close()
}

describe('the data directory', () => {
  it('belongs to one process at a time', async () => {
    await expect(createStudio(double.host)).rejects.toMatchObject({ failure: { code: 'library-busy' } })
  })

  it('takes back a picture whose row a crash prevented, and removes what is unfinished', async () => {
    const job = await ended((await submit({ prompt: 'a boat', seed: '9' })).id)
    const id = job.images[0] as string
    await studio.close()
    const items = path.join(double.host.dataDirectory, 'items', id.slice(0, 2))
    const kept = readFileSync(path.join(items, `${id}.picture`))
    await open()
    await call('images.erase', { ids: [id] })
    await studio.close()
    writeFileSync(path.join(items, `${id}.picture`), kept)
    writeFileSync(path.join(items, 'x.picture.1234.unfinished'), 'half')
    await leaveAsCrashed(double.host.dataDirectory)
    await open()
    // Nothing waits for the sweep: the picture comes back beside everything else.
    await until(async () => (await dispatch(studio.handlers, 'images.get', { id })).ok)
    expect(await call('images.get', { id })).toMatchObject({ prompt: 'a boat', seed: '9' })
    expect(existsSync(path.join(items, 'x.picture.1234.unfinished'))).toBe(false)
  })

  it('names a damaged picture and keeps everything else open', async () => {
    const job = await ended((await submit({ count: 2 })).id)
    const id = job.images[0] as string
    const file = path.join(double.host.dataDirectory, 'items', id.slice(0, 2), `${id}.picture`)
    const bytes = readFileSync(file)
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1
    writeFileSync(file, bytes)
    const get = async (image: string) => {
      const response = await studio.handleMedia(new Request(`http://x/media/image/${image}`))
      return { status: response.status, body: response.ok ? null : await response.json() }
    }
    expect(await get(id)).toMatchObject({ status: 410, body: { code: 'item-damaged' } })
    expect((await get(job.images[1] as string)).status).toBe(200)
  })

  it('does not overwrite a vault whose key or description is missing', async () => {
    await ended((await submit()).id)
    await studio.close()
    const { dataDirectory } = double.host
    const key = readFileSync(path.join(dataDirectory, 'vault.key'))
    rmSync(path.join(dataDirectory, 'vault.key'))
    await expect(createStudio(double.host)).rejects.toMatchObject({ failure: { code: 'vault-key-missing' } })
    writeFileSync(path.join(dataDirectory, 'vault.key'), key)
    const description = readFileSync(path.join(dataDirectory, 'vault.json'))
    rmSync(path.join(dataDirectory, 'vault.json'))
    await expect(createStudio(double.host)).rejects.toMatchObject({ failure: { code: 'library-damaged' } })
    writeFileSync(path.join(dataDirectory, 'vault.json'), description)
    await open()
    expect(((await call('images.query', {})) as Page).total).toBe(1)
  })

  it('says that a database of another key is damaged and leaves it alone', async () => {
    await studio.close()
    const file = path.join(double.host.dataDirectory, 'library.db')
    const whole = readFileSync(file)
    writeFileSync(file, whole.subarray(0, 5000))
    await expect(createStudio(double.host)).rejects.toMatchObject({ failure: { code: 'library-damaged' } })
    expect(statSync(file).size).toBe(5000)
    writeFileSync(file, whole)
    await open()
  })
})
