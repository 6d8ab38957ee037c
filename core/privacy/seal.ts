import type { NetworkAttempt, Seal } from '../../contract/privacy.ts'
import type { Connection } from '../database/open-database.ts'

const attemptsShown = 200
const attemptsKept = 10_000

/** What the hosts' guards stopped, since this library was made. Nothing is ever let through: see docs/privacy.md. */
export function readSeal(database: Connection): Seal {
  const since = database
    .prepare(`SELECT value FROM facts WHERE name = 'installed_at'`)
    .pluck()
    .get() as string
  const blocked = database.prepare('SELECT count(*) FROM blocked_requests').pluck().get() as number
  const attempts = database
    .prepare('SELECT at, address, origin FROM blocked_requests ORDER BY at DESC LIMIT ?')
    .all(attemptsShown) as NetworkAttempt[]
  return { since: Number(since), allowed: 0, blocked, attempts }
}

export function recordBlocked(database: Connection, address: string, origin: string): NetworkAttempt {
  const attempt = { at: Date.now(), address: address.slice(0, 500), origin: origin.slice(0, 500) }
  database.prepare('INSERT INTO blocked_requests VALUES (@at, @address, @origin)').run(attempt)
  database
    .prepare(
      `DELETE FROM blocked_requests WHERE rowid <= (SELECT max(rowid) FROM blocked_requests) - ${attemptsKept}`,
    )
    .run()
  return attempt
}
