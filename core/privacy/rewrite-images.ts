import { SanggarError } from '../../contract/errors.ts'
import { type Image, imageSchema } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'
import { getImage, rewriteImage } from '../library/image-rows.ts'
import type { ItemStore } from '../vault/item-store.ts'

export type RewriteCount = { rows: number; headers: number; damaged: string[] }

/**
 * [Note: Rewriting headers]
 *
 * A picture's words stand in its row and, as they were when it was made, in the record inside its sealed file. Both
 * are rewritten: the row in one transaction with the index, the header in place, over the old one, so that no copy of
 * it stays in the file system's free space. A crash while a header is being written would damage the picture, so the
 * new header is a row of `header_rewrites` first and is written again at the next start.
 */
export async function rewriteImages(
  { database, items }: { database: Connection; items: ItemStore },
  change: (image: Image) => Image,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<RewriteCount> {
  const ids = statement(database, 'SELECT id FROM images ORDER BY number').pluck().all() as string[]
  const count: RewriteCount = { rows: 0, headers: 0, damaged: [] }
  for (const [index, id] of ids.entries()) {
    progress(index, ids.length)
    const rewritten = database.transaction(() => {
      const image = getImage(database, id)
      const next = change(image)
      if (same(image, next)) return false
      rewriteImage(database, next)
      return true
    })()
    if (rewritten) count.rows += 1
    try {
      if (await rewriteHeader(database, items, id, change)) count.headers += 1
    } catch (error) {
      if (!(error instanceof SanggarError && error.failure.code === 'item-damaged')) throw error
      count.damaged.push(id)
    }
  }
  progress(ids.length, ids.length)
  return count
}

async function rewriteHeader(
  database: Connection,
  items: ItemStore,
  id: string,
  change: (image: Image) => Image,
): Promise<boolean> {
  const record = imageSchema.safeParse(await items.record(id))
  if (!record.success) return false
  const next = change(record.data)
  if (same(record.data, next)) return false
  const header = await items.reseal(id, next)
  // A record only ever loses words here, so it fits.
  if (header === undefined) throw new Error(`the record of ${id} grew`)
  statement(database, 'INSERT OR REPLACE INTO header_rewrites VALUES (?, ?)').run(id, header)
  await items.overwrite(id, header)
  statement(database, 'DELETE FROM header_rewrites WHERE id = ?').run(id)
  return true
}

/** At start: headers whose writing a crash may have cut short are written again. */
export async function finishRewriting(database: Connection, items: ItemStore): Promise<void> {
  const pending = statement(database, 'SELECT id, header FROM header_rewrites').all() as {
    id: string
    header: Buffer
  }[]
  for (const { id, header } of pending) {
    if (await items.has(id, 'picture')) await items.overwrite(id, header)
    statement(database, 'DELETE FROM header_rewrites WHERE id = ?').run(id)
  }
}

function same(left: Image, right: Image): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
