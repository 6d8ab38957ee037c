import { deserialize, serialize } from 'node:v8'
import { SanggarError } from '../../contract/errors.ts'
import type { JobCheckpoint } from '../../contract/job.ts'
import type { UnfinishedPicture } from '../../inference/protocol.ts'
import type { Connection } from '../database/open-database.ts'
import { eraseDoomed } from '../library/doomed.ts'
import { newId } from '../vault/identifier.ts'
import type { ItemStore } from '../vault/item-store.ts'

/**
 * [Note: Unfinished pictures]
 *
 * One per job, the newest: a sealed file with a key of its own and a row that names it, file first, row second, under
 * a new name each time, so that the one before stays whole until the next one is. Rows go with their jobs (ON DELETE
 * CASCADE) and doom their files (a trigger writes into `erasing`); what a crash leaves in between is the sweep's.
 */
export type Checkpoints = {
  /** Resolves when the unfinished picture is durable and the one before it is gone. */
  save(job: string, picture: number, unfinished: UnfinishedPicture): Promise<void>
  of(job: string): JobCheckpoint | undefined
  /** Undefined where there is none; throws 'checkpoint-unusable' when it is damaged. */
  load(job: string): Promise<UnfinishedPicture | undefined>
  /** Takes the row, in the caller's transaction; what it gives takes the file. */
  drop(job: string): () => Promise<void>
  /** Erases the files of all rows that are gone. */
  sweep(): Promise<void>
}

type Row = { id: string; picture: number; step: number; steps: number }

export function openCheckpoints(database: Connection, items: ItemStore): Checkpoints {
  const find = database.prepare('SELECT id, picture, step, steps FROM checkpoints WHERE job = ?')
  const remove = database.prepare('DELETE FROM checkpoints WHERE job = ?')
  const insert = database.prepare(
    `INSERT INTO checkpoints (id, job, picture, step, steps, bytes, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const jobIsThere = database.prepare('SELECT 1 FROM jobs WHERE id = ?')
  const rowOf = (job: string) => find.get(job) as Row | undefined

  const checkpoints: Checkpoints = {
    async save(job, picture, unfinished) {
      const id = newId()
      const bytes = await items.put(id, 'latents', { format: 1, job }, serialize(unfinished))
      const before = rowOf(job)?.id
      const isKept = database.transaction(() => {
        if (jobIsThere.get(job) === undefined) return false // deleted meanwhile: the file has nobody
        remove.run(job)
        insert.run(id, job, picture, unfinished.step, unfinished.steps, bytes, Date.now())
        return true
      })()
      if (!isKept) await items.erase(id)
      else if (before !== undefined) await eraseDoomed(database, items, [before])
    },
    of(job) {
      const row = rowOf(job)
      return row === undefined ? undefined : { picture: row.picture, step: row.step, steps: row.steps }
    },
    async load(job) {
      const row = rowOf(job)
      if (row === undefined) return undefined
      try {
        return deserialize(await items.get(row.id, 'latents')) as UnfinishedPicture
      } catch (cause) {
        throw new SanggarError({ code: 'checkpoint-unusable', id: job }, { cause })
      }
    },
    drop(job) {
      const id = rowOf(job)?.id
      remove.run(job)
      return async () => {
        if (id !== undefined) await eraseDoomed(database, items, [id])
      }
    },
    async sweep() {
      await eraseDoomed(database, items)
    },
  }
  return checkpoints
}
