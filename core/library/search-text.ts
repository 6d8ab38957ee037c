import type { Connection } from '../database/open-database.ts'

/**
 * One condition of a list. `sql` is answered by the index of lists alone; `set` is a query that gives the numbers of
 * pictures, looked up elsewhere; see [Note: Narrow lists].
 */
export type Condition = { values: (string | number)[]; not?: boolean } & ({ sql: string } | { set: string })

/** The search box as conditions: tokens like `model:starter`, everything else free words. */
export type Search = { words: string[]; conditions: Condition[] }

const token = /(-?)([a-z]+):("[^"]*"|\S+)|"([^"]*)"|(\S+)/giu
const comparison = /^(>=|<=|>|<)?(\d+)(?:x(\d+))?$/
const no = /^(no|0|false|tidak)$/i

/** Unknown tokens and unreadable values count as free words: a search box never answers with an error. */
export function parseSearch(database: Connection, text: string): Search {
  const words: string[] = []
  const conditions: Condition[] = []
  for (const match of text.matchAll(token)) {
    const [whole, minus, name, rawValue, quoted, word] = match
    const value = rawValue?.replaceAll('"', '')
    const condition =
      name === undefined || value === undefined
        ? undefined
        : tokenCondition(database, name.toLowerCase(), value)
    if (condition !== undefined) conditions.push(minus === '-' ? { ...condition, not: true } : condition)
    else words.push(quoted ?? word ?? whole)
  }
  return { words: words.filter((word) => /[\p{L}\p{N}]/u.test(word)), conditions }
}

function tokenCondition(database: Connection, name: string, value: string): Condition | undefined {
  switch (name) {
    case 'model':
      return modelCondition(modelsWith(database, value.toLowerCase()))
    case 'seed':
      return { set: 'SELECT number FROM images WHERE seed = ?', values: [value] }
    case 'tag':
      // The index of words finds few; the list of tags decides, since a tag may be several words.
      return {
        set: `SELECT tagged.number FROM image_text JOIN images AS tagged ON tagged.number = image_text.rowid
          WHERE image_text MATCH ?
            AND EXISTS (SELECT 1 FROM json_each(tagged.tags) WHERE lower(json_each.value) = ?)`,
        values: [`tags : "${value.replaceAll('"', '""')}"`, value.toLowerCase()],
      }
    case 'star':
      return { sql: 'starred = ?', values: [no.test(value) ? 0 : 1] }
    case 'shared':
      return { sql: '+shared = ?', values: [no.test(value) ? 0 : 1] }
    case 'size':
      return sizeCondition(value)
    case 'steps':
      return /^\d+$/.test(value) ? { sql: 'steps = ?', values: [Number(value)] } : undefined
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

/** Few names are compared one by one: for each of 100,000 pictures that costs a third of looking into a list. */
function modelCondition(names: string[]): Condition {
  return names.length <= 4
    ? { sql: names.map(() => '+model = ?').join(' OR ') || 'FALSE', values: names }
    : { sql: '+model IN (SELECT value FROM json_each(?))', values: [JSON.stringify(names)] }
}

/**
 * Names of models that contain `part`; the index of models is read one step per name. Found once, since a search in the
 * name of each of 100,000 pictures would take ten times as long.
 */
function modelsWith(database: Connection, part: string): string[] {
  const names = database
    .prepare(
      `WITH RECURSIVE seen(model) AS (
         SELECT min(model) FROM images
         UNION ALL SELECT (SELECT min(model) FROM images WHERE model > seen.model) FROM seen
         WHERE seen.model IS NOT NULL
       ) SELECT model FROM seen WHERE model IS NOT NULL`,
    )
    .pluck()
    .all() as string[]
  return names.filter((name) => name.toLowerCase().includes(part))
}

/** `size:512x512` exactly, `size:>512` by the longer side. */
function sizeCondition(value: string): Condition | undefined {
  const match = comparison.exec(value)
  if (match === null) return undefined
  const [, operator = '=', first, second] = match
  if (second !== undefined)
    return { sql: 'width = ? AND height = ?', values: [Number(first), Number(second)] }
  return { sql: `max(width, height) ${operator} ?`, values: [Number(first)] }
}

/** Local midnight of `2026-11-22`, or of the first day of `2026-11` and `2026`. */
function dayStart(value: string): number | undefined {
  const match = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(value)
  if (match === null) return undefined
  return new Date(Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1)).getTime()
}

/** Each word as a prefix, all of them wanted; quoting keeps FTS5's operators out. */
export function matchExpression(words: string[]): string {
  return words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ')
}
