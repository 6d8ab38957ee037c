import type { Receipt } from '../../contract/privacy.ts'
import type { Connection } from '../database/open-database.ts'
import type { ItemStore } from '../vault/item-store.ts'

/** Removes from the disk what `erasing` names, all of it or `ids`; see [Note: Erasing]. */
export async function eraseDoomed(
  database: Connection,
  items: ItemStore,
  ids = database.prepare('SELECT id FROM erasing').pluck().all() as string[],
): Promise<Receipt> {
  let files = 0
  let bytes = 0
  let verified = 0
  for (const id of ids) {
    const removed = await items.erase(id)
    files += removed.files
    bytes += removed.bytes
    if (!(await items.has(id, 'picture')) && !(await items.has(id, 'latents'))) verified += 1
    if (database.open) database.prepare('DELETE FROM erasing WHERE id = ?').run(id)
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
