import { SanggarError } from '../../contract/errors.ts'
import { type ImageQuery, imageOriginSchema } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { type Condition, matchExpression, parseSearch } from './search-text.ts'

/**
 * [Note: Narrow lists]
 *
 * A list is read in the order of the index images_by_time, which holds all that most conditions need; the wide rows are
 * looked up for the one page that is shown. Conditions on words, tags, albums and seeds are sets of numbers, found
 * through indexes of their own. A list with such a set is found as a whole, once, and kept until a picture changes: its
 * count, its pages and its days come from it. Lists without one are counted once and read by the page.
 */
export type ImageList = { where: string; values: (string | number)[]; hasSets: boolean }

/** Up to here the rows themselves are looked up for a set of words; beyond it reading the index in order is faster. */
const fewHits = 4000

export function listOf(database: Connection, query: ImageQuery): ImageList {
  const collection = query.collection === undefined ? undefined : within(database, query.collection)
  const { words, conditions } = parseSearch(
    database,
    collection?.search === undefined ? query.text : `${collection.search} ${query.text}`,
  )
  if (collection !== undefined && collection.search === undefined) {
    conditions.push({
      set: 'SELECT image FROM collection_images WHERE collection = ?',
      values: [collection.id],
    })
  }
  conditions.push({ sql: query.trash ? 'trashed_at IS NOT NULL' : 'trashed_at IS NULL', values: [] })
  // Asked of every picture: comparing with the few kinds that are left out takes a third of looking into a list.
  const others = imageOriginSchema.options.filter((origin) => !query.origins.includes(origin))
  conditions.push({ sql: others.map(() => 'origin <> ?').join(' AND ') || 'TRUE', values: others })
  if (query.starred !== undefined) conditions.push({ sql: 'starred = ?', values: [query.starred ? 1 : 0] })
  if (query.shared !== undefined) conditions.push({ sql: '+shared = ?', values: [query.shared ? 1 : 0] })
  const match = matchExpression(words)
  const isRare = match !== '' && countMatches(database, match) < fewHits
  // The plus keeps SQLite from starting with a set that is large and sorting all of it.
  const written = (condition: Condition): string => {
    const sql = 'sql' in condition ? condition.sql : `${isRare ? '' : '+'}number IN (${condition.set})`
    return condition.not === true ? `NOT (${sql})` : `(${sql})`
  }
  // First, since it leaves the fewest pictures of which the rest is asked.
  if (match !== '')
    conditions.unshift({ set: 'SELECT rowid FROM image_text WHERE image_text MATCH ?', values: [match] })
  return {
    where: conditions.map(written).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
    hasSets: conditions.some((condition) => 'set' in condition),
  }
}

function countMatches(database: Connection, match: string): number {
  return database
    .prepare('SELECT count(*) FROM (SELECT rowid FROM image_text WHERE image_text MATCH ? LIMIT ?)')
    .pluck()
    .get(match, fewHits) as number
}

/** A saved search adds its words to those of the query; an album is a set of pictures. */
function within(database: Connection, id: string): { id: string; search?: string } {
  const row = database.prepare('SELECT search FROM collections WHERE id = ?').get(id) as
    | { search: string | null }
    | undefined
  if (row === undefined) throw new SanggarError({ code: 'not-found', what: 'collection', id })
  return row.search === null ? { id } : { id, search: row.search }
}

/** Oldest first. */
export type Found = { numbers: Float64Array; times: Float64Array }

/** All of a list that has sets, in the order of time. */
export function findAll(database: Connection, list: ImageList): Found {
  return kept(database, 'found', list, () => {
    const rows = database
      .prepare(`SELECT number, created_at FROM images WHERE ${list.where} ORDER BY created_at, number`)
      .raw()
      .all(...list.values) as [number, number][]
    return {
      numbers: Float64Array.from(rows, ([number]) => number),
      times: Float64Array.from(rows, ([, time]) => time),
    }
  })
}

/** How many pictures a list without sets has. */
export function countAll(database: Connection, list: ImageList): number {
  return kept(
    database,
    'counted',
    list,
    () =>
      database
        .prepare(`SELECT count(*) FROM images WHERE ${list.where}`)
        .pluck()
        .get(...list.values) as number,
  )
}

/** When each picture of a list was made, oldest first. */
export function timesOf(database: Connection, list: ImageList): ArrayLike<number> {
  if (list.hasSets) return findAll(database, list).times
  return database
    .prepare(`SELECT created_at FROM images WHERE ${list.where} ORDER BY created_at`)
    .pluck()
    .all(...list.values) as number[]
}

type Kept = { found: Map<string, Found>; counted: Map<string, number> }

const answers = new WeakMap<Connection, Kept>()
/** the gallery, what it came from, and a saved search or two; a count is a few bytes */
const most = { found: 4, counted: 64 }

/** What was found before is true until a picture or an album changes; a draft that is written changes none. */
function kept<Kind extends 'found' | 'counted'>(
  database: Connection,
  kind: Kind,
  list: ImageList,
  find: () => Kind extends 'found' ? Found : number,
): Kind extends 'found' ? Found : number {
  type Value = Kind extends 'found' ? Found : number
  const { [kind]: known } = answersOf(database)
  const values = known as unknown as Map<string, Value>
  const key = JSON.stringify([list.where, list.values])
  const value = values.get(key) ?? find()
  // What a transaction reads may be taken back with it.
  if (database.inTransaction) return value
  values.delete(key)
  values.set(key, value)
  for (const oldest of values.keys()) {
    if (values.size <= most[kind]) break
    values.delete(oldest)
  }
  return value
}

const answersOf = (database: Connection): Kept => answers.get(database) ?? watchPictures(database)

/** The connection's own triggers forget the answers: no writer has to think of them, in a rolled back one neither. */
function watchPictures(database: Connection): Kept {
  const answer: Kept = { found: new Map(), counted: new Map() }
  answers.set(database, answer)
  database.function('pictures_changed', () => {
    answer.found.clear()
    answer.counted.clear()
    return null
  })
  for (const table of ['images', 'collection_images']) {
    for (const event of ['INSERT', 'UPDATE', 'DELETE']) {
      database.exec(
        `CREATE TEMP TRIGGER ${table}_${event.toLowerCase()} AFTER ${event} ON main.${table}
         BEGIN SELECT pictures_changed(); END`,
      )
    }
  }
  return answer
}
