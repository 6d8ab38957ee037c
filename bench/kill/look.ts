import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import { dispatch } from '../../contract/rpc.ts'
import { openBackup } from '../../core/backup/backup-file.ts'
import { createStudio } from '../../core/create-studio.ts'
import { checkLibrary } from '../../core/library/check-library.ts'
import type { Host } from '../../core/host.ts'
import type { Studio } from '../../core/studio.ts'
import { type Known, everythingGone } from './known.ts'
import { backupPassphrase } from './studio.ts'

type Complain = (problem: string) => void
type Ask = (name: string, input?: unknown) => ReturnType<typeof dispatch>

const longest = 5000
const between = 20

/** Opens what the killed program left and complains about all that is not as it was promised. */
export async function lookInside(host: Host, known: Known, complain: Complain): Promise<void> {
  const studio = await createStudio(host)
  const ask: Ask = (name, input = null) => dispatch(studio.handlers, name, input)
  const passphrase = await unlock(ask, known, complain)
  const listed = await pictures(ask, complain)
  if (known.deletingAll) {
    // Either nothing had gone yet or everything has: the key is destroyed first.
    if (listed.size === 0) everythingGone(known)
    known.deletingAll = false
  }
  for (const id of known.present) if (!listed.has(id) && !known.unsure.has(id)) complain(`lost ${id}`)
  for (const id of known.erased) if (listed.has(id)) complain(`came back ${id}`)
  for (const id of known.unsure) if (!listed.has(id)) known.present.delete(id)
  known.unsure.clear()

  await jobsEnd(ask, complain)
  const after = await pictures(ask, complain)
  for (const id of after) {
    known.present.add(id)
    await readable(studio, id, complain)
  }
  const left = await ask('jobs.list')
  const jobs = left.ok ? (left.value as Job[]) : []
  const unfinished = jobs.filter(({ checkpoint }) => checkpoint !== undefined).length
  await studio.close()
  noRemains(host.dataDirectory, after, unfinished, complain)
  const report = await checkLibrary(host.dataDirectory, passphrase === null ? {} : { passphrase })
  const { database, missing, damaged, unlisted, foreign } = report
  if (database !== 'sound') complain(`database ${database}`)
  for (const [name, found] of Object.entries({ missing, damaged, unlisted, foreign })) {
    if (found.length > 0) complain(`${name}: ${found.join(', ')}`)
  }
}

async function unlock(ask: Ask, known: Known, complain: Complain): Promise<string | null> {
  const info = await ask('app.info')
  const vault = info.ok ? (info.value as { vault: { state: string } }).vault.state : 'unreadable'
  if (vault !== 'locked') {
    if (!known.passphrases.includes(null)) complain('open without its passphrase')
    known.passphrases = [null]
    return null
  }
  for (const passphrase of new Set(known.passphrases)) {
    if (passphrase === null || !(await ask('vault.unlock', { passphrase })).ok) continue
    known.passphrases = [passphrase]
    return passphrase
  }
  throw new Error('no passphrase opens it')
}

async function pictures(ask: Ask, complain: Complain): Promise<Set<string>> {
  const listed = new Set<string>()
  for (const trash of [false, true]) {
    const answer = await ask('images.query', { trash, limit: 1000 })
    if (!answer.ok) complain(`query: ${JSON.stringify(answer.failure)}`)
    else for (const { id } of (answer.value as { tiles: { id: string }[] }).tiles) listed.add(id)
  }
  return listed
}

/** Jobs that waited go on when the library opens; a job that was cut short must not start again for ever. */
async function jobsEnd(ask: Ask, complain: Complain): Promise<void> {
  for (let waited = 0; waited < longest; waited += between) {
    const jobs = await ask('jobs.list')
    const active = jobs.ok
      ? (jobs.value as Job[]).filter(({ state }) => /^(queued|running)$/.test(state))
      : []
    if (active.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, between))
  }
  complain('a job that never ends')
}

async function readable(studio: Studio, id: string, complain: Complain): Promise<void> {
  const response = await studio.handleMedia(new Request(`http://x/media/image/${id}`))
  if (!response.ok) complain(`unreadable ${id}: ${await response.text()}`)
  else await response.arrayBuffer()
}

function noRemains(dataDirectory: string, listed: Set<string>, unfinished: number, complain: Complain): void {
  const files = filesBelow(path.join(dataDirectory, 'items'))
  const latents = files.filter((file) => file.endsWith('.latents')).length
  if (latents !== unfinished) complain(`${latents} files of latents for ${unfinished} unfinished pictures`)
  for (const file of files) {
    if (file.endsWith('.latents')) continue
    const id = path.basename(file).split('.')[0] ?? ''
    if (file.endsWith('.unfinished')) complain(`half file ${path.basename(file)}`)
    else if (!listed.has(id)) complain(`orphan ${path.basename(file)}`)
  }
}

/** What left the library: an acknowledged file is there, and whatever has its final name is whole. */
export async function lookOutside(folder: string, known: Known, complain: Complain): Promise<void> {
  for (const file of known.promised.splice(0)) {
    if (!existsSync(file)) complain(`lost export ${path.basename(file)}`)
  }
  for (const file of filesBelow(folder)) {
    try {
      if (file.endsWith('.png')) await sharp(file).raw().toBuffer()
      if (file.endsWith('.sanggarbackup')) (await openBackup(file, backupPassphrase)).forget()
    } catch (error) {
      complain(`half file ${path.basename(file)}: ${String(error)}`)
    }
  }
  rmSync(folder, { recursive: true, force: true })
}

export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
  } catch {
    return [] // everything was deleted
  }
}
