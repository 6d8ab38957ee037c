/**
 * Ten thousand jobs in the queue, a thousand requests a second, and minutes of work without a pause:
 * `node bench/load.ts [jobs] [minutes]`. Inference is the tests' double, so that the studio is what is busy. Prints
 * what each took in processor time and by the clock, and a curve of memory and handles.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { dispatch } from '../contract/rpc.ts'
import { createStudio } from '../core/create-studio.ts'
import { createProcessDouble, drawFlat } from '../core/testing/host-double.ts'

const jobs = Number(process.argv[2] ?? 10_000)
const minutes = Number(process.argv[3] ?? 5)
const root = mkdtempSync(path.join(tmpdir(), 'sanggar-load-'))
const models = path.join(root, 'models')
mkdirSync(path.join(models, 'starter'), { recursive: true })
writeFileSync(
  path.join(models, 'starter', 'manifest.json'),
  JSON.stringify({ id: 'starter', name: 'Starter' }),
)

const studio = await createStudio({
  kind: 'cli',
  version: '0.0.0',
  dataDirectory: path.join(root, 'data'),
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
  spawnInference: () => createProcessDouble({ behaviour: drawFlat, tasks: [] }),
})

async function call(name: string, input: unknown = null): Promise<never> {
  const outcome = await dispatch(studio.handlers, name, input)
  if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
  return outcome.value as never
}

async function timed(name: string, count: number, work: () => Promise<void>): Promise<void> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  const processor = (user + system) / 1e6
  console.log(
    `${name}: ${count} in ${seconds.toFixed(1)} s by the clock, ${processor.toFixed(1)} s of processor time (${Math.round(count / processor)} a second of it)`,
  )
}

const memory = () => Math.round(process.memoryUsage().rss / 2 ** 20)
const handles = () =>
  process.platform === 'linux' ? readdirSync('/proc/self/fd').length : process.getActiveResourcesInfo().length
const request = { kind: 'generate', prompt: 'a boat', model: 'starter', seed: '5' }

await call('queue.pause', { paused: true })
await timed('jobs.submit', jobs, async () => {
  for (let job = 0; job < jobs; job++) await call('jobs.submit', request)
})
await timed(`jobs.list of ${jobs}`, 1, async () => void (await call('jobs.list')))
await timed('settings.get', 5000, async () => {
  for (let each = 0; each < 5000; each++) await call('settings.get')
})
await timed('images.query', 1000, async () => {
  for (let each = 0; each < 1000; each++) await call('images.query', { limit: 50 })
})
await timed('jobs.cancelAll', jobs, async () => void (await call('jobs.cancelAll')))
await call('jobs.clear')
await call('queue.pause', { paused: false })

console.log('| minute | jobs done | resident, MiB | open files |')
console.log('|---|---|---|---|')
const until = performance.now() + minutes * 60_000
const began = performance.now()
let done = 0
let nextRow = 0
let ended: () => void = () => undefined
studio.onEvent((name, value) => {
  if (name === 'job.changed' && (value as { state: string }).state === 'done') ended()
})
while (performance.now() < until) {
  const end = new Promise<void>((resolve) => (ended = resolve))
  await call('jobs.submit', request)
  await end
  done += 1
  // The library stays small, so that growth would be a leak and not a collection.
  if (done % 100 === 0) {
    const page: { tiles: { id: string }[] } = await call('images.query', { limit: 1000 })
    await call('images.erase', { ids: page.tiles.map(({ id }) => id) })
    await call('jobs.clear')
  }
  const minute = (performance.now() - began) / 60_000
  if (minute >= nextRow) {
    console.log(`| ${minute.toFixed(1)} | ${done} | ${memory()} | ${handles()} |`)
    nextRow += minutes / 10
  }
}
await studio.close()
rmSync(root, { recursive: true, force: true })
