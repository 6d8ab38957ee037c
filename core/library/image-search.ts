import type { DayCount } from '../../contract/collection.ts'
import type { ImagePage, ImageQuery, ImageTile } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { type ImageList, countAll, findAll, listOf, timesOf } from './image-lists.ts'

type TileRow = Omit<ImageTile, 'createdAt' | 'starred' | 'shared' | 'altText' | 'covered'> & {
  covered: ImageTile['covered'] | null
  alt_text: string
  created_at: number
  starred: number
  shared: number
}

/** All that a query means, whatever page it asks for. */
export function matchingImages(database: Connection, query: ImageQuery): { id: string; bytes: number }[] {
  const { where, values } = listOf(database, query)
  return database
    .prepare(`SELECT id, bytes FROM images WHERE ${where} ORDER BY created_at, number`)
    .all(...values) as { id: string; bytes: number }[]
}

export function queryImages(database: Connection, query: ImageQuery): ImagePage {
  const list = listOf(database, query)
  const total = list.hasSets ? findAll(database, list).numbers.length : countAll(database, list)
  const rows = database
    .prepare(
      `SELECT images.id, width, height, created_at, starred, shared, covered, prompt, title, alt_text
       FROM json_each(?) AS page CROSS JOIN images ON number = page.value ORDER BY page.key`,
    )
    .all(JSON.stringify(numbersOn(database, list, query))) as TileRow[]
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

/** The numbers of the pictures of one page, in its order. */
function numbersOn(database: Connection, list: ImageList, { sort, offset, limit }: ImageQuery): number[] {
  if (list.hasSets) {
    const { numbers } = findAll(database, list)
    if (sort === 'oldest') return [...numbers.subarray(offset, offset + limit)]
    const end = Math.max(numbers.length - offset, 0)
    return [...numbers.subarray(Math.max(end - limit, 0), end)].reverse()
  }
  const direction = sort === 'newest' ? 'DESC' : 'ASC'
  return database
    .prepare(
      `SELECT number FROM images WHERE ${list.where}
       ORDER BY created_at ${direction}, number ${direction} LIMIT ? OFFSET ?`,
    )
    .pluck()
    .all(...list.values, limit, offset) as number[]
}

/**
 * How many pictures each local day has, in the order of the list. Grouped here and not in SQL: the index gives the
 * times in order, and a local day is some two hundred times cheaper to find once than once for each picture.
 */
export function countDays(database: Connection, query: ImageQuery): DayCount[] {
  const times = timesOf(database, listOf(database, query))
  const days: DayCount[] = []
  let until = Number.NEGATIVE_INFINITY
  let current: DayCount | undefined
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? 0
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
