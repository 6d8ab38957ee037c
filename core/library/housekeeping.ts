import type { Connection } from '../database/open-database.ts'
import { readSettings } from '../settings/settings-store.ts'
import type { Library } from './library.ts'
import { expireTrash, runRules, sweepInputs } from './retention.ts'

export type Housekeeping = { close(): Promise<void> }

const day = 24 * 60 * 60 * 1000

/** What goes by itself, at the start and once a day: old trash, enabled rules, inputs that nobody needs. */
export async function keepHouse(
  database: Connection,
  library: Library,
  onGone: (ids: string[]) => void,
): Promise<Housekeeping> {
  let running: Promise<void> = Promise.resolve()

  async function once(): Promise<void> {
    if (!isClockPlausible(database, Date.now())) return
    await expireTrash(database, library, readSettings(database).trashDays)
    const { trashed, erased } = await runRules(database, library)
    const inputs = await sweepInputs(database, library)
    const gone = [...trashed, ...erased, ...inputs]
    if (gone.length > 0) onGone(gone)
  }

  await once()
  const timer = setInterval(() => {
    // A disk that fails now is tried again tomorrow; whoever uses the library meets the failure before that.
    running = running.then(once).catch(() => undefined)
  }, day)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}

/** Longest time without Sanggar after which the calendar is believed at once. */
const longestAbsence = 45 * day

/**
 * [Note: Clock that jumps]
 *
 * What goes by age goes for good, so a calendar that was set wrong must not take it: when the time has jumped back, or
 * ahead by more than a long absence explains, nothing goes at this start; a day later, or at the next start with the
 * same calendar, it is believed.
 */
export function isClockPlausible(database: Connection, now: number): boolean {
  const seen = Number(
    database.prepare(`SELECT value FROM facts WHERE name = 'clock_seen'`).pluck().get() ?? now,
  )
  database
    .prepare(
      `INSERT INTO facts VALUES ('clock_seen', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    )
    .run(String(now))
  return now >= seen - day && now <= seen + longestAbsence
}
