import type { DayCount } from '../../contract/collection.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { ImagePage, ImageQuery, ImageTile } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'

/** The search box as conditions: tokens like `model:starter`, everything else free words. */
export type Search = { words: string[]; conditions: { sql: string; values: (string | number)[] }[] }

const token = /(-?)([a-z]+):("[^"]*"|\S+)|"([^"]*)"|(\S+)/giu
const comparison = /^(>=|<=|>|<)?(\d+)(?:x(\d+))?$/

/** Unknown tokens and unreadable values count as free words: a search box never answers with an error. */
export function parseSearch(text: string): Search {
  const words: string[] = []
  const conditions: Search['conditions'] = []
  for (const match of text.matchAll(token)) {
    const [whole, minus, name, rawValue, quoted, word] = match
    const value = rawValue?.replaceAll('"', '')
    const condition =
      name === undefined || value === undefined ? undefined : tokenCondition(name.toLowerCase(), value)
    if (condition !== undefined) {
      conditions.push(minus === '-' ? { ...condition, sql: `NOT (${condition.sql})` } : condition)
    } else words.push(quoted ?? word ?? whole)
  }
  return { words: words.filter((word) => /[\p{L}\p{N}]/u.test(word)), conditions }
}

function tokenCondition(name: string, value: string): Search['conditions'][number] | undefined {
  switch (name) {
    case 'model':
      return among('instr(lower(model), ?) > 0', value.toLowerCase())
    case 'seed':
      return among('seed = ?', value)
    case 'tag':
      // The index of words finds few; the list of tags decides, since a tag may be several words.
      return {
        sql: `+number IN (
          SELECT tagged.number FROM image_text JOIN images AS tagged ON tagged.number = image_text.rowid
          WHERE image_text MATCH ?
            AND EXISTS (SELECT 1 FROM json_each(tagged.tags) WHERE lower(json_each.value) = ?))`,
        values: [`tags : "${value.replaceAll('"', '""')}"`, value.toLowerCase()],
      }
    case 'star':
      return { sql: 'starred = ?', values: [/^(no|0|false|tidak)$/i.test(value) ? 0 : 1] }
    case 'shared':
      return among('shared = ?', /^(no|0|false|tidak)$/i.test(value) ? 0 : 1)
    case 'size':
      return sizeCondition(value)
    case 'steps':
      return /^\d+$/.test(value) ? among('steps = ?', Number(value)) : undefined
    case 'after':
    case 'before': {
      const at = dayStart(value)
      if (at === undefined) return undefined
      return name === 'after'
        ? { sql: 'created_at >= ?', values: [at] }
        : { sql: 'created_at < ?', values: [at] }
    }
    default:
      return undefined
  }
}

/**
 * [Note: Narrow lists] A list is read in the order of the index images_by_time, which holds all that most lists need;
 * the wide rows are looked up for the one page that is shown. Other conditions become sets of numbers, found
 * through their own indexes. The plus keeps SQLite from starting with such a set and sorting all of it.
 */
function among(sql: string, ...values: (string | number)[]): Search['conditions'][number] {
  return { sql: `+number IN (SELECT number FROM images WHERE ${sql})`, values }
}

/** `size:512x512` exactly, `size:>512` by the longer side. */
function sizeCondition(value: string): Search['conditions'][number] | undefined {
  const match = comparison.exec(value)
  if (match === null) return undefined
  const [, operator = '=', first, second] = match
  if (second !== undefined) {
    return among('width = ? AND height = ?', Number(first), Number(second))
  }
  return among(`max(width, height) ${operator} ?`, Number(first))
}

/** Local midnight of `2026-11-22`, or of the first day of `2026-11` and `2026`. */
function dayStart(value: string): number | undefined {
  const match = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(value)
  if (match === null) return undefined
  return new Date(Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1)).getTime()
}

/** Each word as a prefix, all of them wanted; quoting keeps FTS5's operators out. */
function matchExpression(words: string[]): string {
  return words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ')
}

type TileRow = Omit<ImageTile, 'createdAt' | 'starred' | 'shared' | 'altText' | 'covered'> & {
  covered: ImageTile['covered'] | null
  alt_text: string
  created_at: number
  starred: number
  shared: number
}

function conditionOf(
  database: Connection,
  query: ImageQuery,
): { where: string; values: (string | number)[] } {
  const collection = query.collection === undefined ? undefined : within(database, query.collection)
  const search = parseSearch(
    collection?.search === undefined ? query.text : `${collection.search} ${query.text}`,
  )
  const conditions = [...search.conditions]
  if (collection !== undefined && collection.search === undefined) {
    conditions.push({
      sql: '+number IN (SELECT image FROM collection_images WHERE collection = ?)',
      values: [collection.id],
    })
  }
  conditions.push({ sql: query.trash ? 'trashed_at IS NOT NULL' : 'trashed_at IS NULL', values: [] })
  conditions.push({
    sql: `origin IN (${query.origins.map(() => '?').join(', ')})`,
    values: query.origins,
  })
  if (query.starred !== undefined) conditions.push({ sql: 'starred = ?', values: [query.starred ? 1 : 0] })
  if (query.shared !== undefined) conditions.push(among('shared = ?', query.shared ? 1 : 0))
  if (search.words.length > 0) {
    conditions.push({
      sql: '+number IN (SELECT rowid FROM image_text WHERE image_text MATCH ?)',
      values: [matchExpression(search.words)],
    })
  }
  return {
    where: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
    values: conditions.flatMap((condition) => condition.values),
  }
}

/** A saved search adds its words to those of the query; an album is a set of pictures. */
function within(database: Connection, id: string): { id: string; search?: string } {
  const row = database.prepare('SELECT search FROM collections WHERE id = ?').get(id) as
    | { search: string | null }
    | undefined
  if (row === undefined) throw new SanggarError({ code: 'not-found', what: 'collection', id })
  return row.search === null ? { id } : { id, search: row.search }
}

/** All that a query means, whatever page it asks for. */
export function matchingImages(database: Connection, query: ImageQuery): { id: string; bytes: number }[] {
  const { where, values } = conditionOf(database, query)
  return database
    .prepare(`SELECT id, bytes FROM images WHERE ${where} ORDER BY created_at, number`)
    .all(...values) as { id: string; bytes: number }[]
}

export function queryImages(database: Connection, query: ImageQuery): ImagePage {
  const { where, values } = conditionOf(database, query)
  const direction = query.sort === 'newest' ? 'DESC' : 'ASC'
  const total = countOf(database, where, values)
  const rows = database
    .prepare(
      `SELECT id, width, height, created_at, starred, shared, covered, prompt, title, alt_text FROM images
       JOIN (SELECT number AS place FROM images WHERE ${where}
             ORDER BY created_at ${direction}, number ${direction} LIMIT ? OFFSET ?) ON number = place
       ORDER BY created_at ${direction}, number ${direction}`,
    )
    .all(...values, query.limit, query.offset) as TileRow[]
  return {
    total,
    offset: query.offset,
    tiles: rows.map(({ created_at: createdAt, starred, shared, alt_text: altText, covered, ...tile }) => ({
      ...tile,
      createdAt,
      ...(altText === '' ? {} : { altText }),
      starred: starred === 1,
      ...(shared === 1 ? { shared: true } : {}),
      ...(covered === null ? {} : { covered }),
    })),
  }
}

/**
 * How many pictures each local day has, in the order of the list. Grouped here and not in SQL: the index gives the
 * times in order, and a local day is some two hundred times cheaper to find once than once for each picture.
 */
export function countDays(database: Connection, query: ImageQuery): DayCount[] {
  const { where, values } = conditionOf(database, query)
  const times = database
    .prepare(`SELECT created_at FROM images WHERE ${where} ORDER BY created_at`)
    .pluck()
    .all(...values) as number[]
  const days: DayCount[] = []
  let until = Number.NEGATIVE_INFINITY
  let current: DayCount | undefined
  for (const time of times) {
    if (current === undefined || time >= until) {
      const date = new Date(time)
      until = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
      current = { day: localDay(date), count: 0 }
      days.push(current)
    }
    current.count += 1
  }
  return query.sort === 'newest' ? days.reverse() : days
}

function localDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Scrolling asks for one page after the other of the same list: it is counted once until something is written. */
const counted = new WeakMap<Connection, { key: string; changes: number; total: number }>()

function countOf(database: Connection, where: string, values: (string | number)[]): number {
  const key = JSON.stringify([where, values])
  const changes = database.prepare('SELECT total_changes()').pluck().get() as number
  const known = counted.get(database)
  if (known?.key === key && known.changes === changes) return known.total
  const total = database
    .prepare(`SELECT count(*) FROM images WHERE ${where}`)
    .pluck()
    .get(...values) as number
  counted.set(database, { key, changes, total })
  return total
}

/** Prompts used before that contain `text`, newest first, each once. */
export function suggestPrompts(database: Connection, text: string, limit: number): string[] {
  const rows = database
    .prepare(
      `SELECT prompt FROM images WHERE prompt <> '' AND instr(lower(prompt), ?) > 0
       GROUP BY prompt ORDER BY max(created_at) DESC LIMIT ?`,
    )
    .all(text.toLowerCase(), limit) as { prompt: string }[]
  return rows.map((row) => row.prompt)
}
