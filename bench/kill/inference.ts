/**
 * Kills the inference process alone while it works: `node bench/kill/inference.ts [rounds] [seed]`. Each round asks the
 * web host for one picture, always the same, and kills the process that draws it at a random moment, in every fourth
 * round a second time. A job may end done, or, killed twice, as crashed; then it is resumed. Afterwards all pictures
 * must be the same to the bit, the host the same process as before, and the library's check must find nothing.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { Job } from '../../contract/job.ts'
import { seeded } from '../fuzz/mutate.ts'
import { childOf } from '../soak/samples.ts'
import { type WebHost, startHost } from '../web-host.ts'

const rounds = Number(process.argv[2] ?? 300)
const chance = seeded(Number(process.argv[3] ?? 1))
/** milliseconds from the order to the first kill, and to the second, at most: a start, the steps and the decoding */
const longest = 1800
const dataDirectory = mkdtempSync(path.join(tmpdir(), 'sanggar-kill-inference-'))
const host = await startHost(dataDirectory)
const request = { kind: 'generate', prompt: 'a red boat on a calm sea', model: 'starter', seed: '5' } as const
const counts: Record<string, number> = {}
const problems: string[] = []
const count = (what: string) => (counts[what] = (counts[what] ?? 0) + 1)

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** At some moment of the next `longest` milliseconds, unless it has ended by then or is just being started anew. */
async function killSoon(isOpen: () => boolean): Promise<void> {
  await wait(chance() * longest)
  const child = childOf(host.process.pid ?? 0)
  if (!isOpen()) count('not killed: the picture was there')
  else if (child === undefined) count('not killed: between two processes')
  else {
    process.kill(child, 'SIGKILL')
    const { progress } = (await host.call('jobs.list', null)).find(({ state }) => state === 'running') ?? {}
    count(`killed while ${progress?.stage ?? 'a job began or ended'}`)
  }
}

/** The job when it has ended. */
function endOf(from: WebHost, id: string): { job: Promise<Job>; open(): boolean } {
  let open = true
  const job = new Promise<Job>((resolve) => {
    const stop = from.on('job.changed', (changed) => {
      if (changed.id !== id || changed.state === 'queued' || changed.state === 'running') return
      open = false
      stop()
      resolve(changed)
    })
  })
  return { job, open: () => open }
}

for (let round = 0; round < rounds; round++) {
  const { id } = await host.call('jobs.submit', request)
  const end = endOf(host, id)
  await killSoon(end.open)
  if (round % 4 === 3) await killSoon(end.open)
  let job = await end.job
  count(`ended ${job.state}`)
  if (job.state === 'failed' && job.failure?.code === 'inference-crashed') {
    const again = endOf(host, id)
    await host.call('jobs.resume', { id })
    job = await again.job
  }
  if (job.state !== 'done') problems.push(`round ${round}: ${job.state} ${JSON.stringify(job.failure)}`)
  if (process.stderr.isTTY) process.stderr.write(`\r${round + 1}/${rounds}, ${problems.length} problems `)
}

const scanned = new Promise<void>((resolve) =>
  host.on('work.changed', ({ state }) => state === 'running' || resolve()),
)
await host.call('duplicates.scan', null)
await scanned
const { groups } = await host.call('duplicates.find', { alike: false })
const same = groups.map(({ ids }) => ids.length)
if (same.length !== 1 || same[0] !== rounds) problems.push(`pictures that are the same: ${same.join(', ')}`)
await host.stop()
const cli = path.join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js')
const check = spawnSync(process.execPath, [cli, 'library', 'check', '--data', dataDirectory], {
  encoding: 'utf8',
})
if (check.status !== 0) problems.push(`library check: ${check.stdout}${check.stderr}`)
rmSync(dataDirectory, { recursive: true, force: true })

const rows = Object.entries(counts).toSorted(([, one], [, other]) => other - one)
console.log(['| what | times |', '|---|---|', ...rows.map(([what, n]) => `| ${what} | ${n} |`)].join('\n'))
console.log(
  `\n${rounds} rounds, ${same.join(' + ')} pictures the same to the bit, ${problems.length} problems`,
)
for (const problem of problems) console.log(problem)
process.exitCode = problems.length === 0 ? 0 : 1
