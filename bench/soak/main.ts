/**
 * Continuous work: `node bench/soak/main.ts [--minutes 60] [--out FOLDER]`. The web host in a process of its own with
 * its real inference process makes pictures, is browsed and searched, brings in and exports, trashes and erases,
 * without a pause, and the library stays small, so that what grows is a leak and no collection. Needs `npm run build`.
 * Memory and handles of both processes are read from /proc (Linux), and written as soak.json and soak.svg.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startHost } from '../web-host.ts'
import { drawCurves } from './curves.ts'
import { createVisitor } from './visitor.ts'
import { type Sample, sampleOf } from './samples.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, out: { type: 'string', default: '.' } },
})
const minutes = Number(values.minutes)
const root = mkdtempSync(path.join(tmpdir(), 'sanggar-soak-'))
const host = await startHost(path.join(root, 'data'))
const visitor = await createVisitor(host, path.join(root, 'files'))
const samples: Sample[] = []
const began = performance.now()
const elapsed = () => (performance.now() - began) / 60_000
const every = Math.max(1 / 60, minutes / 240)

function write(): void {
  mkdirSync(values.out, { recursive: true })
  const told = { minutes: elapsed(), done: visitor.done, samples }
  writeFileSync(path.join(values.out, 'soak.json'), `${JSON.stringify(told)}\n`)
  writeFileSync(path.join(values.out, 'soak.svg'), drawCurves(samples))
}

try {
  // The first round opens the model and fills the caches: what is measured is what comes after.
  for (let round = 0; elapsed() < minutes; round++) {
    await visitor.round(round)
    const due = samples.at(-1)
    if (due !== undefined && elapsed() - due.minute < every) continue
    samples.push(sampleOf(host.process.pid ?? 0, elapsed(), visitor.done.pictures))
    write()
  }
  write()
} finally {
  await host.stop()
  rmSync(root, { recursive: true, force: true })
}
const half = samples.filter(({ minute }) => minute > elapsed() / 2)
const first = half[0]
const last = half.at(-1)
console.log(JSON.stringify(visitor.done))
for (const name of ['host', 'inference'] as const) {
  if (first === undefined || last === undefined) break
  const [from, to] = [first[name], last[name]]
  console.log(
    `${name}: ${from.resident} MiB and ${from.handles} handles at half time, ${to.resident} MiB and ${to.handles} at the end`,
  )
}
