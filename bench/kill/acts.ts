import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import type { Work } from '../../contract/work.ts'
import type { Studio } from '../../core/studio.ts'
import { backupPassphrase } from './studio.ts'
import type { Report } from './worker.ts'

type Stage = {
  studio: Studio
  call(name: string, input?: unknown): Promise<never>
  /** in [0, 1) */
  chance(): number
  say(report: Report): void
  /** a folder outside the library */
  scratch: string
  /** the vault's now; empty: none */
  passphrase: string
}

/** What the program does between two kills; the more often a name stands here, the more often it is done. */
export const weighted = [
  'generate',
  'generate',
  'generate',
  'import',
  'import',
  'trash',
  'erase',
  'erase',
  'change',
  'passphrase',
  'passphrase',
  'resume',
  'clear',
  'export',
  'export',
  'backup',
  'restore',
  'restore',
  'deleteAll',
]

/** Every act says that it begins before anything can have happened, and that it ended once that was acknowledged. */
export function createActs({ studio, call, chance, say, scratch, passphrase }: Stage) {
  let secret = passphrase
  let number = 0
  const fresh = (ending = '') => `${process.pid}-${(number += 1)}${ending}`
  const pick = <Value>(values: Value[]): Value | undefined => values[Math.floor(chance() * values.length)]
  const began = (what: string, more: object = {}) => say({ type: 'began', what, ...more })
  const acknowledged = (what: string, more: object = {}) => say({ type: 'acknowledged', what, ...more })

  /** Starts something and waits for its end, however soon that comes. */
  function ended<Value extends Job | Work>(
    event: 'job.changed' | 'work.changed',
    start: () => Promise<{ id: string }>,
  ): Promise<Value> {
    const seen: Value[] = []
    return new Promise((resolve, reject) => {
      let id: string | undefined
      const settle = () => {
        const last = seen.findLast((item) => item.id === id)
        if (last === undefined || last.state === 'running' || last.state === 'queued') return
        stop()
        resolve(last)
      }
      const stop = studio.onEvent((name, value) => {
        if (name !== event) return
        seen.push(value as Value)
        settle()
      })
      start().then((started) => {
        id = started.id
        settle()
      }, reject)
    })
  }

  async function pictures(trash: boolean): Promise<string[]> {
    const page: { tiles: { id: string }[] } = await call('images.query', { trash, limit: 1000 })
    return page.tiles.map((tile) => tile.id)
  }

  async function pictureFile(): Promise<string> {
    const file = path.join(scratch, fresh('.png'))
    const noise = Buffer.from(Array.from({ length: 48 * 48 * 3 }, () => Math.floor(chance() * 256)))
    const picture = sharp(noise, { raw: { width: 48, height: 48, channels: 3 } })
    writeFileSync(file, await picture.png().toBuffer())
    return file
  }

  /** The last whole backup and the pictures in it. */
  const kept = path.join(scratch, 'kept.sanggarbackup')
  const keptIds = path.join(scratch, 'kept.json')

  const acts: Record<string, () => Promise<void>> = {
    async generate() {
      began('generate')
      const count = 1 + Math.floor(chance() * 3)
      const request = { kind: 'generate', prompt: 'a boat', model: 'starter', count }
      const job = await ended<Job>('job.changed', () => call('jobs.submit', request))
      acknowledged('generate', { ids: job.images })
    },
    async import() {
      const paths = [await pictureFile(), await pictureFile()]
      began('import')
      await ended<Work>('work.changed', () => call('import.start', { paths }))
      acknowledged('import', { ids: await pictures(false) })
    },
    async trash() {
      const id = pick(await pictures(false))
      if (id === undefined) return
      began('trash')
      await call('images.trash', { ids: [id] })
      acknowledged('trash')
    },
    async erase() {
      const id = pick([...(await pictures(false)), ...(await pictures(true))])
      if (id === undefined) return
      began('erase', { ids: [id] })
      await call('images.erase', { ids: [id] })
      acknowledged('erase', { ids: [id] })
    },
    async change() {
      const id = pick(await pictures(false))
      if (id === undefined) return
      began('change')
      const change = { starred: chance() > 0.5, tags: ['a', 'b'], title: 't' }
      await call('images.change', { ids: [id], change })
      await call('drafts.set', { key: 'create', value: { prompt: 'x'.repeat(2000) } })
      acknowledged('change')
    },
    async passphrase() {
      const next = secret === '' ? `p${Math.floor(chance() * 1e6)}` : null
      began('passphrase', { next })
      await call('vault.setPassphrase', { ...(secret === '' ? {} : { current: secret }), next })
      secret = next ?? ''
      acknowledged('passphrase', { next })
    },
    async resume() {
      const jobs: Job[] = await call('jobs.list')
      const job = pick(
        jobs.filter(({ checkpoint, state }) => checkpoint !== undefined && state !== 'running'),
      )
      if (job === undefined) return
      began('resume')
      const done = await ended<Job>('job.changed', async () => {
        await call('jobs.resume', { id: job.id })
        return job
      })
      acknowledged('resume', { ids: done.images })
    },
    async clear() {
      began('clear')
      await call('jobs.clear')
      acknowledged('clear')
    },
    async export() {
      const ids = await pictures(false)
      if (ids.length === 0) return
      const folder = path.join(scratch, 'out', fresh())
      mkdirSync(folder, { recursive: true })
      began('export')
      const as = chance() > 0.5 ? 'zip' : 'files'
      const request = { folder, as, request: { images: ids.slice(0, 20) } }
      const { result } = await ended<Work>('work.changed', () => call('export.start', request))
      const names = as === 'zip' ? [path.basename(result?.place ?? '')] : (result?.files ?? [])
      acknowledged('export', { files: names.map((file) => path.join(folder, file)) })
    },
    async backup() {
      const file = path.join(scratch, 'out', fresh('.sanggarbackup'))
      mkdirSync(path.dirname(file), { recursive: true })
      const ids = [...(await pictures(false)), ...(await pictures(true))]
      began('backup')
      const request = { file, passphrase: backupPassphrase }
      const work = await ended<Work>('work.changed', () => call('backup.start', request))
      if (work.state !== 'done') return
      acknowledged('backup', { files: [file] })
      if (chance() > 0.5) return
      // Out of the parent's sight from here on: the next restores take this one.
      writeFileSync(`${keptIds}.new`, JSON.stringify(ids))
      writeFileSync(`${kept}.new`, readFileSync(file))
      renameSync(`${kept}.new`, kept)
      renameSync(`${keptIds}.new`, keptIds)
    },
    async restore() {
      if (!existsSync(keptIds)) return
      const ids = JSON.parse(readFileSync(keptIds, 'utf8')) as string[]
      began('restore', { ids })
      const request = { file: kept, passphrase: backupPassphrase }
      const work = await ended<Work>('work.changed', () => call('backup.restore', request))
      if (work.state !== 'done') throw new Error(`restore: ${JSON.stringify(work.failure)}`)
      acknowledged('restore', { ids })
    },
    async deleteAll() {
      if (chance() > 0.4) return
      began('deleteAll')
      await call('privacy.deleteAll', { confirmation: 'delete everything' })
      secret = ''
      acknowledged('deleteAll')
    },
  }
  return acts
}
