import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import type { Work } from '../../contract/work.ts'
import { seeded } from '../fuzz/mutate.ts'
import type { WebHost } from '../web-host.ts'

export type Done = Record<
  'rounds' | 'pictures' | 'searches' | 'media' | 'imported' | 'exported' | 'trashed' | 'erased',
  number
>

/** pictures that stay; what is older is erased, so that the library does not grow */
const kept = 60
const words = ['boat', 'red boat', 'hill', 'origin:imported', 'star:yes', 'before:2030-01-01']
const prompts = ['a red boat on a calm sea', 'a green hill at dawn', 'a small house in the snow']

/** Somebody who does one thing after the other and waits for each. */
export async function createVisitor(host: WebHost, files: string) {
  mkdirSync(files, { recursive: true })
  const done: Done = {
    rounds: 0,
    pictures: 0,
    searches: 0,
    media: 0,
    imported: 0,
    exported: 0,
    trashed: 0,
    erased: 0,
  }
  const chance = seeded(3)
  const ended = new Map<string, (item: Job | Work) => void>()
  const early = new Map<string, Job | Work>()
  const hear = (item: Job | Work) => {
    if (item.state === 'running' || item.state === 'queued') return
    const tell = ended.get(item.id)
    ended.delete(item.id)
    if (tell === undefined) early.set(item.id, item)
    else tell(item)
  }
  host.on('job.changed', hear)
  host.on('work.changed', hear)

  /** What was started with this id has ended, maybe before it was asked. */
  function end(id: string): Promise<Job | Work> {
    const item = early.get(id)
    early.clear()
    return item === undefined ? new Promise((resolve) => ended.set(id, resolve)) : Promise.resolve(item)
  }

  async function query(input: object): Promise<string[]> {
    const { tiles } = await host.call('images.query', { limit: 100, ...input })
    return tiles.map(({ id }) => id)
  }

  /** Few steps, so that many pictures are begun and ended; one in ten is enlarged, with a network of its own. */
  async function generate(round: number): Promise<void> {
    const prompt = prompts[Math.floor(chance() * prompts.length)] ?? ''
    const finish = round % 10 === 0 ? 'upscale-2x' : 'none'
    const { id } = await host.call('jobs.submit', {
      kind: 'generate',
      prompt,
      model: 'starter',
      steps: 2,
      finish,
    })
    const job = await end(id)
    if (job.state !== 'done') throw new Error(`a job ${job.state}: ${JSON.stringify(job)}`)
    done.pictures += 1
  }

  async function browse(): Promise<void> {
    for (const id of (await query({})).slice(0, 12)) {
      for (const address of [`/media/image/${id}?w=320`, `/media/image/${id}`]) {
        const status = await host.get(address)
        if (status !== 200) throw new Error(`${address}: ${status}`)
        done.media += 1
      }
    }
    await host.call('images.days', {})
  }

  async function search(): Promise<void> {
    for (const text of words) await query({ text })
    done.searches += words.length
  }

  async function importOne(round: number): Promise<void> {
    const file = path.join(files, `${round}.png`)
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, () => Math.floor(chance() * 256)))
    const picture = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    writeFileSync(file, await picture.png().toBuffer())
    await end((await host.call('import.start', { paths: [file] })).id)
    rmSync(file)
    done.imported += 1
  }

  async function exportSome(round: number): Promise<void> {
    const folder = path.join(files, `out-${round}`)
    mkdirSync(folder)
    const images = (await query({})).slice(0, 10)
    const format = (['png', 'jpeg', 'webp', 'avif'] as const)[round % 4] ?? 'png'
    const as = round % 2 === 0 ? 'zip' : 'files'
    await end((await host.call('export.start', { folder, as, request: { images, format } })).id)
    rmSync(folder, { recursive: true })
    done.exported += images.length
  }

  async function tidy(): Promise<void> {
    const ids = await query({})
    const trashed = ids.slice(kept)
    if (trashed.length > 0) await host.call('images.trash', { ids: trashed })
    done.trashed += trashed.length
    const trash = await query({ trash: true })
    if (trash.length > 0) await host.call('images.erase', { ids: trash })
    done.erased += trash.length
    await host.call('jobs.clear', null)
  }

  return {
    done,
    async round(number: number): Promise<void> {
      await generate(number)
      if (number % 2 === 0) await browse()
      if (number % 2 === 1) await search()
      if (number % 3 === 0) await importOne(number)
      if (number % 10 === 5) await exportSome(number)
      if (number % 10 === 9) await tidy()
      done.rounds += 1
    },
  }
}
