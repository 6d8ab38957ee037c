import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import type { Collection, CollectionChange } from '../../contract/collection.ts'
import { SanggarError } from '../../contract/errors.ts'
import { imageQuerySchema } from '../../contract/image.ts'
import { forgetDeleted } from '../database/forget.ts'
import type { Connection } from '../database/open-database.ts'
import type { Store } from '../open-store.ts'
import { newId } from '../vault/identifier.ts'
import { queryImages } from './image-search.ts'

type CollectionRow = {
  id: string
  name: string
  search: string | null
  cover: string | null
  created_at: number
}

/** Albums first, each kind by name. */
export function listCollections(database: Connection): Collection[] {
  const rows = database
    .prepare('SELECT * FROM collections ORDER BY search IS NOT NULL, name COLLATE NOCASE, id')
    .all() as CollectionRow[]
  return rows.map((row) => collectionOf(database, row))
}

export function getCollection(database: Connection, id: string): Collection {
  return collectionOf(database, rowOf(database, id))
}

function rowOf(database: Connection, id: string): CollectionRow {
  const row = database.prepare('SELECT * FROM collections WHERE id = ?').get(id) as CollectionRow | undefined
  if (row === undefined) throw new SanggarError({ code: 'not-found', what: 'collection', id })
  return row
}

function collectionOf(database: Connection, row: CollectionRow): Collection {
  const { total, tiles } = queryImages(database, imageQuerySchema.parse({ collection: row.id, limit: 1 }))
  const cover = coverOf(database, row) ?? tiles[0]?.id
  return {
    id: row.id,
    name: row.name,
    ...(row.search === null ? {} : { search: row.search }),
    ...(cover === undefined ? {} : { cover }),
    count: total,
    createdAt: row.created_at,
  }
}

/** A chosen picture that is gone, in the trash or not in the album any more stands for nothing. */
function coverOf(database: Connection, { id, cover, search }: CollectionRow): string | undefined {
  if (cover === null) return undefined
  return database
    .prepare(
      `SELECT images.id FROM images WHERE images.id = ? AND trashed_at IS NULL
       AND (? OR EXISTS (SELECT 1 FROM collection_images WHERE collection = ? AND image = images.number))`,
    )
    .pluck()
    .get(cover, search === null ? 0 : 1, id) as string | undefined
}

export function saveCollection(database: Connection, change: CollectionChange): Collection {
  const id = change.id ?? newId()
  if (change.id === undefined) {
    database
      .prepare('INSERT INTO collections (id, name, search, cover, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, change.name, change.search ?? null, change.cover ?? null, Date.now())
    return getCollection(database, id)
  }
  const row = rowOf(database, id)
  // An album stays an album: a search would hide what was put into it.
  const search = row.search === null ? null : (change.search ?? row.search)
  const cover = change.cover === undefined ? row.cover : change.cover
  database
    .prepare('UPDATE collections SET name = ?, search = ?, cover = ? WHERE id = ?')
    .run(change.name, search, cover, id)
  return getCollection(database, id)
}

/** The collection alone; its pictures stay in the library. */
export function removeCollection(database: Connection, id: string): void {
  const { changes } = database.prepare('DELETE FROM collections WHERE id = ?').run(id)
  if (changes === 0) throw new SanggarError({ code: 'not-found', what: 'collection', id })
}

/** All of them or, when one is not in the library, none. What is there already stays once. */
export function addToCollection(database: Connection, id: string, images: readonly string[]): void {
  if (rowOf(database, id).search !== null) {
    throw new SanggarError({ code: 'not-found', what: 'album', id })
  }
  const numberOf = database.prepare('SELECT number FROM images WHERE id = ?').pluck()
  const insert = database.prepare('INSERT OR IGNORE INTO collection_images VALUES (?, ?)')
  database.transaction(() => {
    for (const image of images) {
      const number = numberOf.get(image) as number | undefined
      if (number === undefined) throw new SanggarError({ code: 'not-found', what: 'image', id: image })
      insert.run(id, number)
    }
  })()
}

export function takeFromCollection(database: Connection, id: string, images: readonly string[]): void {
  rowOf(database, id)
  const take = database.prepare(
    'DELETE FROM collection_images WHERE collection = ? AND image = (SELECT number FROM images WHERE id = ?)',
  )
  database.transaction(() => {
    for (const image of images) take.run(id, image)
  })()
}

export function collectionHandlers(
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): Pick<Handlers, Extract<keyof Handlers, `collections.${string}`>> {
  const changed = () => {
    emit('collections.changed', null)
    return null
  }
  return {
    'collections.list': () => listCollections(store().database),
    'collections.save': (change) => {
      const saved = saveCollection(store().database, change)
      changed()
      return saved
    },
    'collections.remove': async ({ id }) => {
      const { database } = store()
      removeCollection(database, id)
      // Its name is a person's word: it leaves the log as well.
      await forgetDeleted(database)
      return changed()
    },
    'collections.add': ({ id, images }) => {
      addToCollection(store().database, id, images)
      emit('images.changed', { ids: images })
      return changed()
    },
    'collections.take': ({ id, images }) => {
      takeFromCollection(store().database, id, images)
      emit('images.changed', { ids: images })
      return changed()
    },
  }
}
