import type { CategoryPage, LedgerCategory } from '../../contract/privacy.ts'
import type { Connection } from '../database/open-database.ts'

type Held = {
  /** rows with `id` and, where there is one, `at`; everything else is shown as it is */
  rows: string
  order: string
  /** `count` and `bytes`: words by their length, pictures by their sealed files */
  sum: string
  /** `id` is a picture */
  picture: boolean
}

const made = `origin IN ('made', 'edited', 'enhanced')`
const broughtIn = `origin IN ('imported', 'input', 'mask')`
const hasPrompt = `prompt <> '' OR negative_prompt <> ''`
const hasNotes = `title <> '' OR note <> '' OR tags <> '[]' OR alt_text <> ''`

const pictureRows = (where: string): Held => ({
  rows: `SELECT id, created_at AS at, origin, width, height, bytes, model, seed, steps, guidance_scale AS guidanceScale,
         scheduler, strength, starred, shared, trashed_at AS trashedAt, job, source, request, digest, brought,
         program, notes, covered
         FROM images WHERE ${where}`,
  order: 'created_at DESC, number DESC',
  sum: `SELECT count(*) AS count, sum(bytes) AS bytes FROM images WHERE ${where}`,
  picture: true,
})

/** What is held of each category, in one place: the ledger counts it, View shows it, Export writes it. */
export const heldData = {
  prompts: {
    rows: `SELECT id, created_at AS at, prompt, negative_prompt AS negativePrompt, ignored_words AS ignoredWords,
             json_extract(request, '$.furtherPrompts') AS furtherPrompts
           FROM images WHERE ${hasPrompt}`,
    order: 'created_at DESC, number DESC',
    sum: `SELECT count(*) AS count, sum(length(prompt) + length(negative_prompt)) AS bytes
          FROM images WHERE ${hasPrompt}`,
    picture: true,
  },
  'titles-and-notes': {
    rows: `SELECT id, created_at AS at, title, note, tags, alt_text AS altText FROM images WHERE ${hasNotes}`,
    order: 'created_at DESC, number DESC',
    sum: `SELECT count(*) AS count, sum(length(title) + length(note) + length(tags) + length(alt_text)) AS bytes
          FROM images WHERE ${hasNotes}`,
    picture: true,
  },
  collections: {
    rows: `SELECT id, created_at AS at, name, search, cover,
             (SELECT json_group_array(images.id) FROM collection_images
              JOIN images ON number = image WHERE collection = collections.id) AS pictures
           FROM collections`,
    order: 'created_at DESC',
    sum: `SELECT count(*) AS count, sum(length(name) + coalesce(length(search), 0)) AS bytes FROM collections`,
    picture: false,
  },
  'pictures-made': pictureRows(made),
  'pictures-brought-in': pictureRows(broughtIn),
  'unfinished-pictures': {
    rows: 'SELECT id, created_at AS at, job, picture, step, steps, bytes FROM checkpoints',
    order: 'created_at DESC',
    sum: 'SELECT count(*) AS count, sum(bytes) AS bytes FROM checkpoints',
    picture: false,
  },
  settings: {
    rows: `SELECT name AS id, value, NULL AS at FROM settings
           UNION ALL SELECT 'retention-rule ' || id, rule, created_at FROM retention_rules
           UNION ALL SELECT name, value, NULL FROM facts`,
    order: 'id',
    sum: `SELECT count(*) AS count, sum(length) AS bytes FROM (
            SELECT length(name) + length(value) AS length FROM settings
            UNION ALL SELECT length(rule) FROM retention_rules)`,
    picture: false,
  },
  drafts: {
    rows: 'SELECT name AS id, changed_at AS at, value FROM drafts',
    order: 'changed_at DESC',
    sum: 'SELECT count(*) AS count, sum(length(value)) AS bytes FROM drafts',
    picture: false,
  },
  history: {
    rows: `SELECT id, created_at AS at, state, request, notes, attempts, started_at AS startedAt, ended_at AS endedAt
           FROM jobs`,
    order: 'created_at DESC',
    sum: 'SELECT count(*) AS count, sum(length(request)) AS bytes FROM jobs',
    picture: false,
  },
  'timings-and-errors': {
    rows: `SELECT id, created_at AS at, model, milliseconds, execution_provider AS executionProvider,
                  peak_memory AS peakMemory, NULL AS failure
           FROM images WHERE milliseconds IS NOT NULL
           UNION ALL SELECT id, created_at, NULL, NULL, NULL, NULL, failure FROM jobs WHERE failure IS NOT NULL`,
    order: 'at DESC',
    sum: `SELECT (SELECT count(*) FROM images WHERE milliseconds IS NOT NULL)
               + (SELECT count(*) FROM jobs WHERE failure IS NOT NULL) AS count,
            8 * (SELECT count(*) FROM images WHERE milliseconds IS NOT NULL)
               + (SELECT coalesce(sum(length(failure)), 0) FROM jobs) AS bytes`,
    picture: false,
  },
  'models-used': {
    rows: `SELECT id, added_at AS at, path, NULL AS said FROM models
           UNION ALL SELECT 'folder', added_at, path, NULL FROM model_roots
           UNION ALL SELECT 'what you said of it', NULL, path, override FROM model_overrides`,
    order: 'at DESC',
    sum: `SELECT count(*) AS count, sum(length(path)) AS bytes FROM (
            SELECT path FROM models UNION ALL SELECT path FROM model_roots
            UNION ALL SELECT path FROM model_overrides)`,
    picture: false,
  },
  'blocked-requests': {
    rows: `SELECT rowid AS id, at, address, origin FROM blocked_requests`,
    order: 'at DESC',
    sum: 'SELECT count(*) AS count, sum(length(address) + length(origin)) AS bytes FROM blocked_requests',
    picture: false,
  },
} as const satisfies Partial<Record<LedgerCategory, Held>>

export type HeldCategory = keyof typeof heldData

export const heldCategories = Object.keys(heldData) as HeldCategory[]

export function isHeld(category: LedgerCategory): category is HeldCategory {
  return Object.hasOwn(heldData, category)
}

type Row = Record<string, string | number | null> & { id: string | number; at: number | null }

/** One page of a category's rows. Pages, not one long query: others use the connection in between. */
export function heldRows(database: Connection, category: HeldCategory, offset: number, limit: number): Row[] {
  const { rows, order } = heldData[category]
  return database.prepare(`${rows} ORDER BY ${order} LIMIT ? OFFSET ?`).all(limit, offset) as Row[]
}

export function heldSum(database: Connection, category: HeldCategory): { count: number; bytes: number } {
  const row = database.prepare(heldData[category].sum).get() as { count: number; bytes: number | null }
  return { count: row.count, bytes: row.bytes ?? 0 }
}

export function viewCategory(
  database: Connection,
  category: LedgerCategory,
  offset: number,
  limit: number,
): CategoryPage {
  if (!isHeld(category)) return { total: 0, entries: [] }
  const total = database.prepare(`SELECT count(*) FROM (${heldData[category].rows})`).pluck().get() as number
  const entries = heldRows(database, category, offset, limit).map(({ id, at, ...rest }) => ({
    id: String(id),
    ...(at === null ? {} : { at }),
    picture: heldData[category].picture,
    fields: Object.fromEntries(
      Object.entries(rest).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
    ),
  }))
  return { total, entries }
}
