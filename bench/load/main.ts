/**
 * A studio under load, over its real socket: `node bench/load/main.ts [--pictures 100000] [--jobs 10000]
 * [--calls 1000] [--seconds 20]`. Needs `npm run build`. Prints Markdown: what ten thousand queued jobs, a hundred
 * thousand pictures and a thousand calls a second cost, in processor time of the host and by the clock.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { seedLibrary } from '../library/seed-library.ts'
import { type WebHost, startHost } from '../web-host.ts'
import { callsPerSecond } from './calls-per-second.ts'

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '100000' },
    jobs: { type: 'string', default: '10000' },
    calls: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
  },
})
const [pictures, jobs, calls, seconds] = [values.pictures, values.jobs, values.calls, values.seconds].map(
  Number,
) as [number, number, number, number]
const dataDirectory = mkdtempSync(path.join(tmpdir(), 'sanggar-load-'))
const many = (count: number) => count.toLocaleString('en')

/** Processor seconds and resident MiB of a process, from /proc; ticks are hundredths of a second on Linux. */
function usage(pid: number): { processor: number; resident: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { processor: (Number(fields[11]) + Number(fields[12])) / 100, resident: Number(resident) / 1024 }
}

async function row(host: WebHost, name: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const pid = host.process.pid ?? 0
  const [before, began] = [usage(pid), performance.now()]
  await work()
  const clock = (performance.now() - began) / 1000
  const after = usage(pid)
  const processor = after.processor - before.processor
  const each = ((processor * 1000) / count).toFixed(2)
  console.log(
    `| ${name} | ${many(count)} | ${processor.toFixed(1)} | ${each} | ${clock.toFixed(1)} | ${after.resident.toFixed(0)} |`,
  )
}

/** `count` calls, up to 50 under way: a page does not wait for each answer either. */
async function inParallel(count: number, call: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await call(next++)
  }
  await Promise.all(Array.from({ length: 50 }, lane))
}

await seedLibrary({
  dataDirectory,
  pictures,
  files: false,
  report: (done) => process.stderr.write(`\r${done} `),
})
const host = await startHost(dataDirectory)
const request = { kind: 'generate', prompt: 'a boat', model: 'starter', seed: '5' } as const
const words = ['boat', 'lighthouse snow', 'red boat sunset', 'tag:poster', 'nothing finds this']
try {
  console.log(`A library of ${many(pictures)} pictures.\n`)
  console.log('| what | times | processor, s | each, ms | clock, s | resident after, MiB |')
  console.log('|---|---|---|---|---|---|')
  await row(host, 'images.query, first page', 500, () =>
    inParallel(500, () => host.call('images.query', { limit: 100 })),
  )
  await row(host, 'images.query, somewhere below', 200, () =>
    inParallel(200, (index) =>
      host.call('images.query', { limit: 100, offset: index * Math.trunc(pictures / 201) }),
    ),
  )
  await row(host, 'images.query, words', 100, () =>
    inParallel(100, (index) =>
      host.call('images.query', { text: words[index % words.length] ?? '', limit: 100 }),
    ),
  )
  await host.call('queue.pause', { paused: true })
  await row(host, 'jobs.submit', jobs, () => inParallel(jobs, () => host.call('jobs.submit', request)))
  await row(host, `jobs.list of ${many(jobs)}`, 5, async () => {
    for (let time = 0; time < 5; time++) await host.call('jobs.list', null)
  })
  await row(host, 'jobs.submit, behind them', 100, () =>
    inParallel(100, () => host.call('jobs.submit', request)),
  )
  await row(host, 'jobs.cancelAll', 1, () => host.call('jobs.cancelAll', null))
  await row(host, 'jobs.clear', 1, () => host.call('jobs.clear', null))
  console.log(`\n${await callsPerSecond(host, calls, seconds)}`)
} finally {
  await host.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
}
