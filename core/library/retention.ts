import { imageOriginSchema, imageQuerySchema } from '../../contract/image.ts'
import type { RetentionPreview, RetentionRule, StoredRule } from '../../contract/retention.ts'
import { retentionRuleSchema } from '../../contract/retention.ts'
import type { Connection } from '../database/open-database.ts'
import { newId } from '../vault/identifier.ts'
import { matchingImages } from './image-search.ts'
import type { Library } from './library.ts'

const day = 24 * 60 * 60 * 1000
const idsShown = 100

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

export function listRules(database: Connection): StoredRule[] {
  const rows = database.prepare('SELECT id, rule FROM retention_rules ORDER BY created_at, id').all() as {
    id: string
    rule: string
  }[]
  return rows.map(({ id, rule }) => ({ ...retentionRuleSchema.parse(JSON.parse(rule)), id }))
}

export function saveRule(database: Connection, id: string | undefined, rule: RetentionRule): StoredRule {
  const stored = { ...rule, id: id ?? newId() }
  database
    .prepare(
      `INSERT INTO retention_rules VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET rule = excluded.rule`,
    )
    .run(stored.id, JSON.stringify(rule), Date.now())
  return stored
}

export function removeRule(database: Connection, id: string): void {
  database.prepare('DELETE FROM retention_rules WHERE id = ?').run(id)
}

/** What a rule would take at this moment: the preview shows it and the run takes it, from one query. */
function takenBy(database: Connection, rule: RetentionRule, now: number): { id: string; bytes: number }[] {
  const conditions = [
    'created_at < ?',
    `origin IN (${rule.origins.map(() => '?').join(', ')})`,
    ...(rule.unstarredOnly ? ['starred = 0', 'shared = 0'] : []),
    // To the trash goes what is not there yet; erasing takes from both.
    ...(rule.action === 'trash' ? ['trashed_at IS NULL'] : []),
  ]
  const rows = database
    .prepare(`SELECT id, bytes FROM images WHERE ${conditions.join(' AND ')} ORDER BY created_at, number`)
    .all(now - rule.days * day, ...rule.origins) as { id: string; bytes: number }[]
  const kept = new Set([
    ...idsIn(activeRequests(database)),
    ...rule.exceptCollections.flatMap((collection) => idsOfCollection(database, collection)),
    ...idsTagged(database, rule.exceptTags),
  ])
  return rows.filter(({ id }) => !kept.has(id))
}

/** An album's pictures, or what a saved search finds now; none for a collection that is gone. */
function idsOfCollection(database: Connection, collection: string): string[] {
  const known = database.prepare('SELECT 1 FROM collections WHERE id = ?').get(collection)
  if (known === undefined) return []
  const all = { collection, origins: [...imageOriginSchema.options] }
  return [false, true].flatMap((trash) =>
    matchingImages(database, imageQuerySchema.parse({ ...all, trash })).map(({ id }) => id),
  )
}

function idsTagged(database: Connection, tags: string[]): string[] {
  if (tags.length === 0) return []
  return database
    .prepare(
      `SELECT DISTINCT images.id FROM images, json_each(images.tags)
       WHERE lower(json_each.value) IN (SELECT lower(value) FROM json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(tags)) as string[]
}

export function previewRule(database: Connection, rule: RetentionRule, now = Date.now()): RetentionPreview {
  const taken = takenBy(database, rule, now)
  return {
    count: taken.length,
    bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0),
    ids: taken.slice(0, idsShown).map(({ id }) => id),
  }
}

/** Every enabled rule, once. Gives the pictures that went, in whichever way. */
export async function runRules(
  database: Connection,
  library: Library,
  now = Date.now(),
): Promise<{ trashed: string[]; erased: string[] }> {
  const went = { trashed: [] as string[], erased: [] as string[] }
  for (const rule of listRules(database)) {
    if (!rule.enabled) continue
    const ids = takenBy(database, rule, now).map(({ id }) => id)
    if (ids.length === 0) continue
    if (rule.action === 'trash') {
      library.trash(ids)
      went.trashed.push(...ids)
    } else {
      await library.erase(ids)
      went.erased.push(...ids)
    }
  }
  return went
}

/** Source pictures and masks that nothing refers to any more, a day after they came. */
export async function sweepInputs(
  database: Connection,
  library: Library,
  now = Date.now(),
): Promise<string[]> {
  const candidates = database
    .prepare(`SELECT id FROM images WHERE origin IN ('input', 'mask') AND created_at < ?`)
    .pluck()
    .all(now - day) as string[]
  if (candidates.length === 0) return []
  const column = (sql: string) => database.prepare(sql).pluck().all() as string[]
  const beyond = (ids: string[], texts: string[]) => {
    const needed = idsIn(texts)
    return ids.filter((id) => !needed.has(id))
  }
  const unclaimed = beyond(candidates, [
    ...column('SELECT DISTINCT source FROM images WHERE source IS NOT NULL'),
    ...column('SELECT request FROM jobs'),
    ...column('SELECT value FROM drafts'),
  ])
  // Every picture's request is long reading, and every start would wait for it.
  const unneeded =
    unclaimed.length === 0
      ? []
      : beyond(
          unclaimed,
          column(`SELECT request FROM images WHERE request LIKE '%"mask"%' OR request LIKE '%"image"%'`),
        )
  if (unneeded.length > 0) await library.erase(unneeded)
  return unneeded
}

function activeRequests(database: Connection): string[] {
  return database
    .prepare(`SELECT request FROM jobs WHERE state IN ('queued', 'running')`)
    .pluck()
    .all() as string[]
}

/** Everything in the texts that has the shape of an id: one too many keeps a picture, one too few would lose it. */
function idsIn(texts: string[]): Set<string> {
  const found = new Set<string>()
  for (const text of texts) {
    for (const [id] of text.matchAll(/[a-z0-9]{16,40}/g)) found.add(id)
  }
  return found
}
