/**
 * Kills the library at random moments and looks at what is left: `node bench/kill/main.ts [rounds] [seed]`.
 * After every kill the library must open, hold every picture that was acknowledged and not erased since, none that
 * was erased, no half file, no orphan, no job that still "runs"; what was exported or backed up must be whole, and
 * every tenth round an older library is killed while it is migrated.
 */
import { fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import { dispatch } from '../../contract/rpc.ts'
import { createStudio } from '../../core/create-studio.ts'
import { openBackup } from '../../core/backup/backup-file.ts'
import { createProcessDouble, drawFlat } from '../../core/testing/host-double.ts'
import { writeOldLibrary } from './old-library.ts'
import type { Report } from './worker.ts'

const rounds = Number(process.argv[2] ?? 300)
const seed = Number(process.argv[3] ?? 1)
const root = mkdtempSync(path.join(tmpdir(), 'sanggar-kill-'))
const dataDirectory = path.join(root, 'data')
const models = path.join(root, 'models')
mkdirSync(path.join(models, 'starter'), { recursive: true })
writeFileSync(
  path.join(models, 'starter', 'manifest.json'),
  JSON.stringify({ id: 'starter', name: 'Starter' }),
)

/** What is known for sure. `unsure`: an erase had begun, and both ends of it are right. */
const known = { present: new Set<string>(), erased: new Set<string>(), unsure: new Set<string>() }
/** The passphrases that may be the right one: two of them while a change was under way. */
let passphrases: (string | null)[] = [null]
let deletingAll = false
const killedDuring: Record<string, number> = {}
const problems: string[] = []

/** Files outside the library that were acknowledged and are looked at once. */
const promised: string[] = []

function learn(report: Extract<Report, { type: 'began' | 'acknowledged' }>): void {
  if (report.type === 'began') {
    if (report.what === 'erase') for (const id of report.ids ?? []) known.unsure.add(id)
    if (report.what === 'passphrase') passphrases = [...passphrases, report.next ?? null]
    if (report.what === 'deleteAll') {
      deletingAll = true
      passphrases = [...passphrases, null]
    }
    return
  }
  promised.push(...(report.files ?? []))
  if (['generate', 'import', 'resume'].includes(report.what))
    for (const id of report.ids ?? []) known.present.add(id)
  if (report.what === 'erase') {
    for (const id of report.ids ?? []) {
      known.unsure.delete(id)
      known.present.delete(id)
      known.erased.add(id)
    }
  }
  if (report.what === 'passphrase') passphrases = [report.next ?? null]
  if (report.what === 'deleteAll') {
    for (const id of known.present) known.erased.add(id)
    known.present.clear()
    deletingAll = false
    passphrases = [null]
  }
}

/** Runs the worker and kills it after a random time; gives what it was doing. */
function killOnce(round: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = fork(
      path.join(import.meta.dirname, 'worker.ts'),
      [dataDirectory, models, path.join(root, 'from'), String(seed * 1000 + round), passphrases[0] ?? ''],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    )
    let doing = 'opening'
    let killed = false
    child.on('message', (report: Report) => {
      doing = report.type === 'began' ? report.what : report.type === 'opening' ? 'opening' : 'between'
      if (report.type === 'began' || report.type === 'acknowledged') learn(report)
    })
    const share = ((round * 7919) % 97) / 97
    const kill = () => {
      killed = true
      child.kill('SIGKILL')
    }
    // One in ten while it opens, the others anywhere within a second and a half of work.
    child.on('message', ({ type }: Report) => {
      if (round % 10 === 9 && type === 'opening') setTimeout(kill, share * 150)
      if (round % 10 !== 9 && type === 'open') setTimeout(kill, share * 1500)
    })
    child.on('exit', () =>
      killed ? resolve(doing) : reject(new Error(`the worker ended by itself while ${doing}`)),
    )
  })
}

function hostOf(directory: string) {
  return {
    kind: 'cli' as const,
    version: '0.0.0',
    dataDirectory: directory,
    resources: { models, resources: models },
    language: 'en' as const,
    capabilities: {
      reveal: false,
      dialogs: false,
      keychain: false,
      hideFromCapture: false,
      privateClipboard: false,
      notify: false,
    },
    spawnInference: () => createProcessDouble({ behaviour: drawFlat, tasks: [] }),
  }
}

async function look(round: number): Promise<void> {
  const studio = await createStudio(hostOf(dataDirectory))
  const ask = (name: string, input: unknown = null) => dispatch(studio.handlers, name, input)
  const complain = (problem: string) => problems.push(`round ${round}: ${problem}`)

  const info = await ask('app.info')
  const vault = info.ok ? (info.value as { vault: { state: string } }).vault.state : 'unreadable'
  if (vault === 'locked') {
    const right: (string | null)[] = []
    for (const candidate of passphrases) {
      if (candidate !== null && (await ask('vault.unlock', { passphrase: candidate })).ok)
        right.push(candidate)
    }
    if (right.length === 0) complain('no passphrase opens it')
    passphrases = right.slice(0, 1)
  } else {
    if (!passphrases.includes(null)) complain('open without its passphrase')
    passphrases = [null]
  }

  const listed = new Set<string>()
  for (const trash of [false, true]) {
    const answer = await ask('images.query', { trash, limit: 1000 })
    if (!answer.ok) complain(`query: ${JSON.stringify(answer.failure)}`)
    else for (const { id } of (answer.value as { tiles: { id: string }[] }).tiles) listed.add(id)
  }
  if (deletingAll) {
    // Either nothing had gone yet or everything has: the key is destroyed first.
    if (listed.size === 0) for (const id of known.present) known.erased.add(id)
    if (listed.size === 0) known.present.clear()
    deletingAll = false
  }
  for (const id of known.present) if (!listed.has(id) && !known.unsure.has(id)) complain(`lost ${id}`)
  for (const id of known.erased) if (listed.has(id)) complain(`came back ${id}`)
  for (const id of listed) {
    const response = await studio.handleMedia(new Request(`http://x/media/image/${id}`))
    if (!response.ok) complain(`unreadable ${id}: ${await response.text()}`)
    known.present.add(id)
  }
  for (const id of known.unsure) if (!listed.has(id)) known.present.delete(id)
  known.unsure.clear()

  // Jobs that waited go on when the library opens; a job that was cut short must not start again by itself.
  const states = async () => {
    const jobs = await ask('jobs.list')
    return jobs.ok ? (jobs.value as Job[]).map((job) => job.state) : []
  }
  for (
    let patience = 0;
    (await states()).some((state) => state === 'queued' || state === 'running');
    patience++
  ) {
    if (patience > 200) complain('a job that never ends')
    if (patience > 200) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  for (const trash of [false, true]) {
    const answer = await ask('images.query', { trash, limit: 1000 })
    if (answer.ok) for (const { id } of (answer.value as { tiles: { id: string }[] }).tiles) listed.add(id)
  }
  for (const id of listed) known.present.add(id)
  const left = await ask('jobs.list')
  const unfinished = left.ok
    ? (left.value as Job[]).filter(({ checkpoint }) => checkpoint !== undefined).length
    : 0
  await studio.close()
  const latents = filesBelow(path.join(dataDirectory, 'items')).filter((file) =>
    file.endsWith('.latents'),
  ).length
  if (latents !== unfinished) complain(`${latents} files of latents for ${unfinished} unfinished pictures`)
  for (const file of filesBelow(path.join(dataDirectory, 'items'))) {
    if (file.endsWith('.latents')) continue
    const id = path.basename(file).split('.')[0] ?? ''
    if (file.endsWith('.unfinished')) complain(`half file ${path.basename(file)}`)
    else if (!listed.has(id)) complain(`orphan ${path.basename(file)}`)
  }
}

/** What left the library: an acknowledged file is there, and whatever has its final name is whole. */
async function lookOutside(round: number): Promise<void> {
  const folder = path.join(root, 'from', 'out')
  for (const file of promised.splice(0)) {
    if (!existsSync(file)) problems.push(`round ${round}: lost export ${path.basename(file)}`)
  }
  for (const file of filesBelow(folder)) {
    try {
      if (file.endsWith('.png')) await sharp(file).raw().toBuffer()
      if (file.endsWith('.sanggarbackup')) {
        const backup = await openBackup(file, 'correct horse')
        backup.forget()
      }
    } catch (error) {
      problems.push(`round ${round}: half file ${path.basename(file)}: ${String(error)}`)
    }
  }
  rmSync(folder, { recursive: true, force: true })
}

/** An older library, killed while the newest program opens it for the first time. */
async function migrateAndKill(round: number): Promise<void> {
  const old = path.join(root, `old-${round}`)
  const rows = 2000
  await writeOldLibrary(old, rows)
  await new Promise<void>((resolve) => {
    const child = fork(
      path.join(import.meta.dirname, 'worker.ts'),
      [old, models, path.join(root, 'from'), String(round), ''],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
    )
    child.on('message', ({ type }: Report) => {
      if (type === 'opening') setTimeout(() => child.kill('SIGKILL'), ((round * 7919) % 97) * 0.6)
      if (type === 'open') child.kill('SIGKILL')
    })
    child.on('exit', () => resolve())
  })
  const studio = await createStudio({ ...hostOf(old) })
  const answer = await dispatch(studio.handlers, 'images.query', { limit: 1 })
  const total = answer.ok ? (answer.value as { total: number }).total : -1
  await studio.close()
  if (total !== rows)
    problems.push(`round ${round}: ${total} of ${rows} rows after a migration that was killed`)
  rmSync(old, { recursive: true, force: true })
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
  } catch {
    return [] // everything was deleted
  }
}

for (let round = 0; round < rounds; round++) {
  const doing = await killOnce(round)
  killedDuring[doing] = (killedDuring[doing] ?? 0) + 1
  try {
    await look(round)
    await lookOutside(round)
    if (round % 10 === 4) {
      await migrateAndKill(round)
      killedDuring['migrate'] = (killedDuring['migrate'] ?? 0) + 1
    }
  } catch (error) {
    problems.push(`round ${round}: does not open: ${String(error)}`)
    break
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${round + 1}/${rounds}, ${problems.length} problems `)
}
rmSync(root, { recursive: true, force: true })
console.log(`killed while: ${JSON.stringify(killedDuring)}`)
for (const problem of problems.slice(0, 20)) console.log(problem)
console.log(`${rounds - new Set(problems.map((problem) => problem.split(':')[0])).size} of ${rounds} clean`)
process.exitCode = problems.length === 0 ? 0 : 1
