import { rm } from 'node:fs/promises'
import path from 'node:path'
import { type Image, imageSchema } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { findDamage, markSwept } from '../database/open-database.ts'
import type { ItemStore } from '../vault/item-store.ts'
import { insertImage } from './image-rows.ts'
import { eraseDoomed } from './doomed.ts'

export type Sweep = { erased: number; adopted: string[]; removed: number; unknown: string[] }

type SweepOptions = { signal?: AbortSignal; onAdopted?: (id: string) => void }

/**
 * What the last run left half done: erasing goes on where it stopped, unfinished files go, and a picture whose file
 * was durable before its row (a crash between the two) gets its row from the record in its header. A file that does
 * not open is somebody else's or damaged, and stays where it is.
 *
 * Goes folder by folder, some hundred files at a time, and may run beside everything else: what was put into the store
 * since it was opened is not looked at, since its row may still be on the way.
 */
export async function sweepLibrary(
  database: Connection,
  items: ItemStore,
  { signal, onAdopted }: SweepOptions = {},
): Promise<Sweep> {
  const sweep: Sweep = {
    erased: (await eraseDoomed(database, items)).rows.images ?? 0,
    adopted: [],
    removed: 0,
    unknown: [],
  }
  const known = database
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM images WHERE id = :id) OR EXISTS (SELECT 1 FROM checkpoints WHERE id = :id)
       OR EXISTS (SELECT 1 FROM erasing WHERE id = :id)`,
    )
    .pluck()
  const isStopped = () => signal?.aborted === true
  const isOrphan = (id: string) => !items.isNew(id) && known.get({ id }) === 0

  for await (const { items: stored, unfinished } of items.folders()) {
    if (isStopped()) return sweep
    const orphans = new Map<string, boolean>()
    for (const { id, part } of stored) {
      if (orphans.has(id) || isOrphan(id)) orphans.set(id, part === 'picture' || orphans.get(id) === true)
    }
    for (const file of unfinished) {
      if (items.isNew(path.basename(file).split('.', 1)[0] ?? '')) continue
      await rm(file, { force: true })
      sweep.removed += 1
    }
    for (const [id, hasPicture] of orphans) await settle(id, hasPicture)
    if (isStopped()) return sweep
  }
  markSwept(database)
  return sweep

  async function settle(id: string, hasPicture: boolean): Promise<void> {
    if (!hasPicture) {
      // A thumbnail or latents whose picture or row never became durable: nobody was told of them.
      sweep.removed += (await items.erase(id)).files
      return
    }
    const image = await readRecord(items, id)
    const bytes = image === undefined ? 0 : await items.size(id)
    if (isStopped()) return
    if (image === undefined) sweep.unknown.push(id)
    else if (isOrphan(id)) {
      insertImage(database, { ...image, bytes })
      sweep.adopted.push(id)
      onAdopted?.(id)
    }
  }
}

export type Sweeping = {
  /** what the database's own check found, once it has */
  damage(): string | undefined
  close(): Promise<void>
}

/** After a crash: a sweep and a look through the database, for which nothing waits. */
export function startSweep(
  database: Connection,
  items: ItemStore,
  { onAdopted, onDamage }: { onAdopted: (id: string) => void; onDamage: () => void },
): Sweeping {
  const stop = new AbortController()
  let damage: string | undefined
  async function sweep(): Promise<void> {
    await sweepLibrary(database, items, { signal: stop.signal, onAdopted })
    damage = await findDamage(database, () => stop.signal.aborted)
    if (damage !== undefined) onDamage()
  }
  // A disk that fails here fails whoever uses it, who says so; the next start sweeps again until a sweep ends.
  const settled = sweep().catch(() => undefined)
  return {
    damage: () => damage,
    async close() {
      stop.abort()
      await settled
    },
  }
}

async function readRecord(items: ItemStore, id: string): Promise<Image | undefined> {
  try {
    const image = imageSchema.safeParse(await items.record(id))
    return image.success && image.data.id === id ? image.data : undefined
  } catch {
    return undefined // damaged or sealed under another key: reported as unknown, and left alone
  }
}
