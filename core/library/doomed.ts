import type { Receipt } from '../../contract/privacy.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'
import type { ItemStore } from '../vault/item-store.ts'
import { severalAtOnce } from '../works/several-at-once.ts'

/** Files whose erasing waits for the disk together. */
const atOnce = 16

/** Removes from the disk what `erasing` names, all of it or `ids`; see [Note: Erasing]. */
export async function eraseDoomed(
  database: Connection,
  items: ItemStore,
  ids = statement(database, 'SELECT id FROM erasing').pluck().all() as string[],
): Promise<Receipt> {
  let files = 0
  let bytes = 0
  let verified = 0
  for (let at = 0; at < ids.length; at += atOnce) {
    const some = ids.slice(at, at + atOnce)
    await severalAtOnce(some, atOnce, async (id) => {
      const removed = await items.erase(id)
      files += removed.files
      bytes += removed.bytes
      if (!(await items.has(id, 'picture')) && !(await items.has(id, 'latents'))) verified += 1
    })
    if (!database.open) continue
    const done = statement(database, 'DELETE FROM erasing WHERE id = ?')
    database.transaction(() => {
      for (const id of some) done.run(id)
    })()
  }
  return {
    at: Date.now(),
    rows: { images: ids.length },
    files,
    bytes,
    keyDestroyed: false,
    verified,
    left: [],
  }
}
