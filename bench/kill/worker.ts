/**
 * The program that gets killed: a studio over a real data directory that does one random thing after the other and
 * tells its parent before it begins and after it was acknowledged. Inference is the tests' double, so that the
 * library is what is busy.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import { dispatch } from '../../contract/rpc.ts'
import type { Work } from '../../contract/work.ts'
import { createStudio } from '../../core/create-studio.ts'
import type { Host } from '../../core/host.ts'
import type { GenerateTask } from '../../inference/protocol.ts'
import { type Behaviour, createProcessDouble, drawFlat } from '../../core/testing/host-double.ts'

const [dataDirectory = '', models = '', scratch = '', seedText = '0', passphrase = ''] = process.argv.slice(2)

export type Report =
  | { type: 'opening' }
  | { type: 'open' }
  | { type: 'began'; what: string; ids?: string[]; files?: string[]; next?: string | null }
  | { type: 'acknowledged'; what: string; ids?: string[]; files?: string[]; next?: string | null }

export const backupPassphrase = 'correct horse'

/** Mulberry32: small, seeded, good enough to choose what to do next. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const say = (report: Report) => process.send?.(report)

/** Pictures as the tests' double draws them, with unfinished ones before, and a process that dies now and then. */
const draw: Behaviour = async (task, tell, inference) => {
  const { seeds } = task as GenerateTask
  for (const step of [2, 5]) {
    tell({
      type: 'checkpoint',
      picture: 0,
      unfinished: {
        step,
        steps: 8,
        shape: [1, 4, 64, 64],
        denoised: new Float32Array(4 * 64 * 64).fill(step),
        checkpoint: { index: step, latents: new Float32Array(4 * 64 * 64), scheduler: {} as never },
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  if (seeds.some((seed) => BigInt(seed) % 7n === 0n)) return inference.die('SIGKILL')
  return drawFlat(task, tell, inference)
}

const host: Host = {
  kind: 'cli',
  version: '0.0.0',
  dataDirectory,
  resources: { models, resources: models },
  language: 'en',
  capabilities: {
    reveal: false,
    dialogs: false,
    keychain: false,
    hideFromCapture: false,
    privateClipboard: false,
    notify: false,
  },
  spawnInference: () => createProcessDouble({ behaviour: draw, tasks: [] }),
}

const chance = random(Number(seedText))
say({ type: 'opening' })
const studio = await createStudio(host)
let secret = passphrase

async function call(name: string, input: unknown = null): Promise<never> {
  const outcome = await dispatch(studio.handlers, name, input)
  if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
  return outcome.value as never
}

if (secret !== '') await call('vault.unlock', { passphrase: secret })

function ended<Value extends Job | Work>(
  event: 'job.changed' | 'work.changed',
  id: () => string,
): Promise<Value> {
  return new Promise((resolve) => {
    const stop = studio.onEvent((name, value) => {
      const item = value as Value
      if (name !== event || item.id !== id() || item.state === 'running' || item.state === 'queued') return
      stop()
      resolve(item)
    })
  })
}

async function pictures(trash: boolean): Promise<string[]> {
  const page: { tiles: { id: string }[] } = await call('images.query', { trash, limit: 1000 })
  return page.tiles.map((tile) => tile.id)
}

const pick = <Value>(values: Value[]): Value | undefined => values[Math.floor(chance() * values.length)]

let number = 0
async function pictureFile(): Promise<string> {
  const file = path.join(scratch, `${process.pid}-${(number += 1)}.png`)
  const noise = Buffer.from(Array.from({ length: 48 * 48 * 3 }, () => Math.floor(chance() * 256)))
  writeFileSync(
    file,
    await sharp(noise, { raw: { width: 48, height: 48, channels: 3 } })
      .png()
      .toBuffer(),
  )
  return file
}

const acts: Record<string, () => Promise<void>> = {
  async generate() {
    say({ type: 'began', what: 'generate' })
    let id = ''
    const done = ended<Job>('job.changed', () => id)
    const submitted: { id: string } = await call('jobs.submit', {
      kind: 'generate',
      prompt: 'a boat',
      model: 'starter',
      count: 1 + Math.floor(chance() * 3),
    })
    id = submitted.id
    say({ type: 'acknowledged', what: 'generate', ids: (await done).images })
  },
  async import() {
    const paths = [await pictureFile(), await pictureFile()]
    say({ type: 'began', what: 'import' })
    let id = ''
    const done = ended<Work>('work.changed', () => id)
    const started: { id: string } = await call('import.start', { paths })
    id = started.id
    await done
    say({ type: 'acknowledged', what: 'import', ids: await pictures(false) })
  },
  async trash() {
    const id = pick(await pictures(false))
    if (id === undefined) return
    say({ type: 'began', what: 'trash' })
    await call('images.trash', { ids: [id] })
    say({ type: 'acknowledged', what: 'trash' })
  },
  async erase() {
    const id = pick([...(await pictures(false)), ...(await pictures(true))])
    if (id === undefined) return
    say({ type: 'began', what: 'erase', ids: [id] })
    await call('images.erase', { ids: [id] })
    say({ type: 'acknowledged', what: 'erase', ids: [id] })
  },
  async change() {
    const id = pick(await pictures(false))
    if (id === undefined) return
    await call('images.change', {
      ids: [id],
      change: { starred: chance() > 0.5, tags: ['a', 'b'], title: 't' },
    })
    await call('drafts.set', { key: 'create', value: { prompt: 'x'.repeat(2000) } })
  },
  async passphrase() {
    const next = secret === '' ? `p${Math.floor(chance() * 1e6)}` : null
    say({ type: 'began', what: 'passphrase', next })
    await call('vault.setPassphrase', { ...(secret === '' ? {} : { current: secret }), next })
    secret = next ?? ''
    say({ type: 'acknowledged', what: 'passphrase', next })
  },
  async resume() {
    const jobs: Job[] = await call('jobs.list')
    const job = pick(jobs.filter(({ checkpoint, state }) => checkpoint !== undefined && state !== 'running'))
    if (job === undefined) return
    say({ type: 'began', what: 'resume' })
    const done = ended<Job>('job.changed', () => job.id)
    await call('jobs.resume', { id: job.id })
    say({ type: 'acknowledged', what: 'resume', ids: (await done).images })
  },
  async clear() {
    say({ type: 'began', what: 'clear' })
    await call('jobs.clear')
    say({ type: 'acknowledged', what: 'clear' })
  },
  async export() {
    const ids = await pictures(false)
    if (ids.length === 0) return
    const folder = path.join(scratch, 'out', `${process.pid}-${(number += 1)}`)
    mkdirSync(folder, { recursive: true })
    say({ type: 'began', what: 'export' })
    let id = ''
    const done = ended<Work>('work.changed', () => id)
    const as = chance() > 0.5 ? 'zip' : 'files'
    id = (
      (await call('export.start', { folder, as, request: { images: ids.slice(0, 20) } })) as { id: string }
    ).id
    const { result } = await done
    say({
      type: 'acknowledged',
      what: 'export',
      files: (result?.files ?? []).map((file) => path.join(folder, file)),
    })
  },
  async backup() {
    const file = path.join(scratch, 'out', `${process.pid}-${(number += 1)}.sanggarbackup`)
    mkdirSync(path.dirname(file), { recursive: true })
    say({ type: 'began', what: 'backup' })
    let id = ''
    const done = ended<Work>('work.changed', () => id)
    id = ((await call('backup.start', { file, passphrase: backupPassphrase })) as { id: string }).id
    const work = await done
    if (work.state === 'done') say({ type: 'acknowledged', what: 'backup', files: [file] })
  },
  async deleteAll() {
    if (chance() > 0.4) return
    say({ type: 'began', what: 'deleteAll' })
    await call('privacy.deleteAll', { confirmation: 'delete everything' })
    secret = ''
    say({ type: 'acknowledged', what: 'deleteAll' })
  },
}

mkdirSync(scratch, { recursive: true })
say({ type: 'open' })
const weighted = [
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
  'resume',
  'clear',
  'export',
  'export',
  'backup',
  'deleteAll',
]
for (;;) await acts[pick(weighted) ?? 'generate']?.()
