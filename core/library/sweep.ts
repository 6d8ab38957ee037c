import { rm } from 'node:fs/promises'
import { type Image, imageSchema } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import type { ItemStore } from '../vault/item-store.ts'
import { insertImage } from './image-rows.ts'
import { eraseDoomed } from './doomed.ts'

export type Sweep = { erased: number; adopted: string[]; removed: number; unknown: string[] }

/**
 * At start, what the last run left half done: erasing goes on where it stopped, unfinished files go, and a picture
 * whose file was durable before its row (a crash between the two) gets its row from the record in its header.
 * A file that does not open is somebody else's or damaged, and stays where it is.
 */
export async function sweepLibrary(database: Connection, items: ItemStore): Promise<Sweep> {
  const erased = (await eraseDoomed(database, items)).rows.images ?? 0
  const rows = database.prepare('SELECT id FROM images UNION ALL SELECT id FROM checkpoints')
  const known = new Set(rows.pluck().all() as string[])
  const { items: stored, unfinished } = await items.list()
  for (const file of unfinished) await rm(file, { force: true })

  const adopted: string[] = []
  const unknown: string[] = []
  const orphans = new Map<string, boolean>()
  for (const { id, part } of stored) {
    if (!known.has(id)) orphans.set(id, part === 'picture' || orphans.get(id) === true)
  }
  let removed = unfinished.length
  for (const [id, hasPicture] of orphans) {
    if (!hasPicture) {
      // A thumbnail or latents whose picture or row never became durable: nobody was told of them.
      removed += (await items.erase(id)).files
      continue
    }
    const image = await readRecord(items, id)
    if (image === undefined) unknown.push(id)
    else {
      insertImage(database, { ...image, bytes: await items.size(id) })
      adopted.push(id)
    }
  }
  return { erased, adopted, removed, unknown }
}

async function readRecord(items: ItemStore, id: string): Promise<Image | undefined> {
  try {
    const image = imageSchema.safeParse(await items.record(id))
    return image.success && image.data.id === id ? image.data : undefined
  } catch {
    return undefined // damaged or sealed under another key: reported as unknown, and left alone
  }
}
