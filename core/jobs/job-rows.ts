import { SanggarError, type Failure } from '../../contract/errors.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Decodes, Job, JobCheckpoint, JobState } from '../../contract/job.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'

type JobRow = {
  id: string
  state: string
  position: number
  request: string
  failure: string | null
  notes: string
  decodes: string | null
  created_at: number
  started_at: number | null
  ended_at: number | null
}

/** Ended jobs that the list still shows; older ones stay in the pictures' records only. */
const endedShown = 200

export function insertJob(database: Connection, id: string, request: JobRequest, decodes?: Decodes): void {
  const last = statement(database, 'SELECT max(position) FROM jobs').pluck().get() as number | null
  statement(
    database,
    'INSERT INTO jobs (id, state, position, request, decodes, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(
    id,
    'queued',
    (last ?? 0) + 1,
    JSON.stringify(request),
    decodes === undefined ? null : JSON.stringify(decodes),
    Date.now(),
  )
}

export function getJob(database: Connection, id: string): Job {
  const row = statement(database, 'SELECT * FROM jobs WHERE id = ?').get(id) as JobRow | undefined
  if (row === undefined) throw new SanggarError({ code: 'not-found', what: 'job', id })
  return jobOf(database, row)
}

export function listJobs(database: Connection): Job[] {
  const active = database
    .prepare(`SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY position`)
    .all() as JobRow[]
  const ended = database
    .prepare(
      `SELECT * FROM jobs WHERE state NOT IN ('queued', 'running') ORDER BY ended_at DESC LIMIT ${endedShown}`,
    )
    .all() as JobRow[]
  return [...active, ...ended].map((row) => jobOf(database, row))
}

export function nextQueued(database: Connection): Job | undefined {
  const row = database
    .prepare(`SELECT * FROM jobs WHERE state = 'queued' ORDER BY position LIMIT 1`)
    .get() as JobRow | undefined
  return row === undefined ? undefined : jobOf(database, row)
}

export function startJob(database: Connection, id: string): void {
  database
    .prepare(`UPDATE jobs SET state = 'running', started_at = ?, attempts = attempts + 1 WHERE id = ?`)
    .run(Date.now(), id)
}

export function endJob(
  database: Connection,
  id: string,
  state: JobState,
  outcome: { failure?: Failure; notes?: Job['notes'] } = {},
): void {
  statement(database, 'UPDATE jobs SET state = ?, failure = ?, notes = ?, ended_at = ? WHERE id = ?').run(
    state,
    outcome.failure === undefined ? null : JSON.stringify(outcome.failure),
    JSON.stringify(outcome.notes ?? []),
    Date.now(),
    id,
  )
}

/** Back among the waiting, where it was: the vault is being locked and the job goes on afterwards. */
export function requeueJob(database: Connection, id: string): void {
  database.prepare(`UPDATE jobs SET state = 'queued', started_at = NULL WHERE id = ?`).run(id)
}

/** A job that was cut short waits again, before the others. Throws 'not-found' for one that runs, waits or is done. */
export function resumeJob(database: Connection, id: string): void {
  const first = database.prepare(`SELECT min(position) FROM jobs WHERE state = 'queued'`).pluck().get() as
    | number
    | null
  const { changes } = database
    .prepare(
      `UPDATE jobs SET state = 'queued', position = coalesce(? - 1, position), failure = NULL, started_at = NULL,
         ended_at = NULL WHERE id = ? AND state IN ('failed', 'cancelled', 'interrupted')`,
    )
    .run(first, id)
  if (changes === 0) throw new SanggarError({ code: 'not-found', what: 'job that was cut short', id })
}

/** A job that ran when the last process died is interrupted: shown, retried only when somebody asks. */
export function interruptRunning(database: Connection): number {
  return database
    .prepare(`UPDATE jobs SET state = 'interrupted', failure = ?, ended_at = ? WHERE state = 'running'`)
    .run(JSON.stringify({ code: 'interrupted' } satisfies Failure), Date.now()).changes
}

export function removeEnded(database: Connection): string[] {
  const ids = database
    .prepare(`SELECT id FROM jobs WHERE state NOT IN ('queued', 'running')`)
    .pluck()
    .all() as string[]
  database.exec(`DELETE FROM jobs WHERE state NOT IN ('queued', 'running')`)
  return ids
}

/** To place `index` among the waiting jobs; gives all of them in their new order. */
export function moveQueued(database: Connection, id: string, index: number): string[] {
  const ids = database
    .prepare(`SELECT id FROM jobs WHERE state = 'queued' ORDER BY position`)
    .pluck()
    .all() as string[]
  if (!ids.includes(id)) throw new SanggarError({ code: 'not-found', what: 'job', id })
  const others = ids.filter((other) => other !== id)
  others.splice(Math.min(index, others.length), 0, id)
  const setPosition = database.prepare('UPDATE jobs SET position = ? WHERE id = ?')
  const first = database
    .prepare(`SELECT min(position) FROM jobs WHERE state = 'queued'`)
    .pluck()
    .get() as number
  database.transaction(() => {
    for (const [place, other] of others.entries()) setPosition.run(first + place, other)
  })()
  return others
}

/** A queue that was paused stays paused when the program starts again. */
export function keepPaused(database: Connection, paused: boolean): void {
  database
    .prepare(
      `INSERT INTO facts VALUES ('queue_paused', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    )
    .run(paused ? '1' : '0')
}

export function wasPaused(database: Connection): boolean {
  return database.prepare(`SELECT value FROM facts WHERE name = 'queue_paused'`).pluck().get() === '1'
}

function jobOf(database: Connection, row: JobRow): Job {
  const images = statement(database, 'SELECT id FROM images WHERE job = ? ORDER BY number')
    .pluck()
    .all(row.id) as string[]
  const checkpoint = statement(database, 'SELECT picture, step, steps FROM checkpoints WHERE job = ?').get(
    row.id,
  ) as JobCheckpoint | undefined
  return {
    id: row.id,
    state: row.state as JobState,
    request: JSON.parse(row.request) as JobRequest,
    ...(row.failure === null ? {} : { failure: JSON.parse(row.failure) as Failure }),
    notes: JSON.parse(row.notes) as Job['notes'],
    images,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(row.decodes === null ? {} : { decodes: JSON.parse(row.decodes) as Decodes }),
    createdAt: row.created_at,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    position: row.position,
  }
}
