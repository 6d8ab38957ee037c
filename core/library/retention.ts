import type { Connection } from '../database/open-database.ts'
import type { Library } from './library.ts'

const day = 24 * 60 * 60 * 1000

/** Pictures that lay in the trash for `days` go for good; 0 keeps them until somebody empties it. */
export async function expireTrash(database: Connection, library: Library, days: number): Promise<number> {
  if (days === 0) return 0
  const ids = database
    .prepare('SELECT id FROM images WHERE trashed_at < ?')
    .pluck()
    .all(Date.now() - days * day) as string[]
  if (ids.length > 0) await library.erase(ids)
  return ids.length
}
