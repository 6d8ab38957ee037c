/**
 * Kills the library at random moments and looks at what is left: `node bench/kill/main.ts [rounds] [seed] [results]`.
 * After every kill the library must open, hold every picture that was acknowledged and not erased since, none that
 * was erased, no half file, no orphan, no job that still "runs"; its check must find nothing; what was exported or
 * backed up must be whole; and every tenth round an older library is killed while it is migrated. `results` is a file
 * in which runs add up, so that many rounds can be done a few at a time.
 */
import '../cheap-passphrases.ts'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { dispatch } from '../../contract/rpc.ts'
import { createStudio } from '../../core/create-studio.ts'
import { seeded } from '../fuzz/mutate.ts'
import { knowNothing, learn } from './known.ts'
import { lookInside, lookOutside } from './look.ts'
import { writeOldLibrary } from './old-library.ts'
import { keepRun, tableOf } from './results.ts'
import { hostOf } from './studio.ts'
import type { Report } from './worker.ts'

const rounds = Number(process.argv[2] ?? 300)
const seed = Number(process.argv[3] ?? 1)
const results = process.argv[4]
/** of opening, and of work, until the kill: milliseconds at most */
const longestOpening = 120
const longestWork = 900
const oldRows = 5000

const root = mkdtempSync(path.join(tmpdir(), 'sanggar-kill-'))
const scratch = path.join(root, 'from')
const models = path.join(root, 'models')
mkdirSync(scratch)
mkdirSync(path.join(models, 'starter'), { recursive: true })
const manifest = JSON.stringify({ id: 'starter', name: 'Starter' })
writeFileSync(path.join(models, 'starter', 'manifest.json'), manifest)

const chance = seeded(seed)
const known = knowNothing()
const killedDuring: Record<string, number> = {}
const problems = new Map<number, string[]>()
const count = (what: string) => (killedDuring[what] = (killedDuring[what] ?? 0) + 1)

function start(dataDirectory: string, own: number): ChildProcess {
  return fork(
    path.join(import.meta.dirname, 'worker.ts'),
    [dataDirectory, models, scratch, String(own), known.passphrases[0] ?? ''],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
}

/** Runs the worker and kills it after a random time; gives what it was doing. */
async function killOnce(round: number): Promise<string> {
  const child = start(path.join(root, 'data'), seed * 1000 + round)
  let doing = 'opening'
  let killed = false
  const killIn = (longest: number) =>
    setTimeout(() => {
      killed = true
      child.kill('SIGKILL')
    }, chance() * longest)
  child.on('message', (report: Report) => {
    // One in ten while it opens, the others anywhere within its work.
    if (report.type === 'opening' && round % 10 === 9) killIn(longestOpening)
    if (report.type === 'open' && round % 10 !== 9) killIn(longestWork)
    if (report.type === 'open') doing = 'between'
    if (report.type === 'began') doing = report.what
    if (report.type === 'acknowledged') doing = 'between'
    if (report.type === 'began' || report.type === 'acknowledged') learn(known, report)
  })
  // What it said last may still be in the pipe when it is gone: only then is it known what was acknowledged.
  await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  if (!killed) throw new Error(`the worker ended by itself while ${doing}`)
  return doing
}

/** An older library, killed while the newest program opens it for the first time. */
async function migrateAndKill(round: number): Promise<void> {
  const old = path.join(root, `old-${round}`)
  await writeOldLibrary(old, oldRows)
  const before = known.passphrases
  known.passphrases = [null]
  const child = start(old, round)
  known.passphrases = before
  let doing = 'migrate'
  child.on('message', ({ type }: Report) => {
    if (type === 'opening') setTimeout(() => child.kill('SIGKILL'), chance() * longestOpening)
    if (type === 'open') doing = 'just migrated'
    if (type === 'open') child.kill('SIGKILL')
  })
  await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  count(doing)
  const studio = await createStudio(hostOf(old, models))
  const answer = await dispatch(studio.handlers, 'images.query', { limit: 1 })
  const total = answer.ok ? (answer.value as { total: number }).total : -1
  await studio.close()
  if (total !== oldRows) complaining(round)(`${total} of ${oldRows} rows after a migration that was killed`)
  rmSync(old, { recursive: true, force: true })
}

function complaining(round: number) {
  return (problem: string) => {
    problems.set(round, [...(problems.get(round) ?? []), problem])
    console.log(`round ${round}: ${problem}`)
  }
}

let done = 0
for (let round = 0; round < rounds; round++) {
  const complain = complaining(round)
  try {
    count(await killOnce(round))
    await lookInside(hostOf(path.join(root, 'data'), models), known, complain)
    await lookOutside(path.join(scratch, 'out'), known, complain)
    if (round % 10 === 4) await migrateAndKill(round)
    done += 1
  } catch (error) {
    complain(`does not open: ${error instanceof Error ? error.stack : String(error)}`)
    break
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${round + 1}/${rounds}, ${problems.size} with problems `)
}
if (problems.size === 0) rmSync(root, { recursive: true, force: true })
else console.log(`kept for a look: ${root}`)
const clean = done - [...problems.keys()].filter((round) => round < done).length
const run = { seed, rounds, clean, killedDuring, problems: [...problems.values()].flat() }
console.log(tableOf(keepRun(run, results)))
process.exitCode = problems.size === 0 ? 0 : 1
