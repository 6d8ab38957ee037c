import { SanggarError } from '../../contract/errors.ts'
import type { Image, ImageChange } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'

type ImageRow = {
  number: number
  id: string
  origin: string
  width: number
  height: number
  bytes: number
  created_at: number
  trashed_at: number | null
  starred: number
  title: string
  note: string
  tags: string
  prompt: string
  negative_prompt: string
  model: string
  seed: string | null
  steps: number | null
  guidance_scale: number | null
  scheduler: string | null
  strength: number | null
  milliseconds: number | null
  peak_memory: number | null
  execution_provider: string | null
  job: string | null
  source: string | null
  request: string | null
  ignored_words: string
  digest: string | null
  shared: number
  brought: string | null
  alt_text: string
  notes: string
  covered: string | null
  program: string | null
}

/** A row without the columns that are not there: absent is absent, in JSON too. */
function withoutNulls<Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], null> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) as never
}

export function imageOf(row: ImageRow): Image {
  return withoutNulls({
    id: row.id,
    origin: row.origin as Image['origin'],
    width: row.width,
    height: row.height,
    bytes: row.bytes,
    createdAt: row.created_at,
    trashedAt: row.trashed_at,
    starred: row.starred === 1,
    shared: row.shared === 1 ? true : null,
    covered: row.covered as Image['covered'] | null,
    title: row.title,
    tags: JSON.parse(row.tags) as string[],
    note: row.note,
    altText: row.alt_text === '' ? null : row.alt_text,
    prompt: row.prompt,
    negativePrompt: row.negative_prompt,
    model: row.model,
    seed: row.seed,
    steps: row.steps,
    guidanceScale: row.guidance_scale,
    scheduler: row.scheduler,
    strength: row.strength,
    milliseconds: row.milliseconds,
    peakMemory: row.peak_memory,
    executionProvider: row.execution_provider,
    job: row.job,
    source: row.source,
    request: row.request === null ? null : (JSON.parse(row.request) as Image['request']),
    digest: row.digest,
    brought: row.brought === null ? null : (JSON.parse(row.brought) as Image['brought']),
    program: row.program,
    notes: row.notes === '[]' ? null : (JSON.parse(row.notes) as Image['notes']),
    ignoredWords: JSON.parse(row.ignored_words) as string[],
  })
}

export function insertImage(database: Connection, image: Image): void {
  const { lastInsertRowid } = statement(
    database,
    `INSERT INTO images (
         id, origin, width, height, bytes, created_at, trashed_at, starred, title, note, tags, prompt, negative_prompt,
         model, seed, steps, guidance_scale, scheduler, strength, milliseconds, execution_provider, job, source,
         request, digest, ignored_words, shared, brought, notes, covered, peak_memory,
         program
       ) VALUES (
         @id, @origin, @width, @height, @bytes, @createdAt, @trashedAt, @starred, @title, @note, @tags, @prompt,
         @negativePrompt, @model, @seed, @steps, @guidanceScale, @scheduler, @strength, @milliseconds,
         @executionProvider, @job, @source, @request, @digest, @ignoredWords, @shared, @brought, @notes,
         @covered, @peakMemory, @program
       )`,
  ).run({
    trashedAt: null,
    seed: null,
    steps: null,
    guidanceScale: null,
    scheduler: null,
    strength: null,
    milliseconds: null,
    peakMemory: null,
    executionProvider: null,
    job: null,
    digest: null,
    source: null,
    covered: null,
    program: null,
    altText: '',
    ...image,
    starred: image.starred ? 1 : 0,
    shared: image.shared === true ? 1 : 0,
    brought: image.brought === undefined ? null : JSON.stringify(image.brought),
    tags: JSON.stringify(image.tags),
    notes: JSON.stringify(image.notes ?? []),
    request: image.request === undefined ? null : JSON.stringify(image.request),
    ignoredWords: JSON.stringify(image.ignoredWords),
  })
  indexText(database, Number(lastInsertRowid), image)
  // From a backup; a collection that is gone by now takes nothing.
  const join = statement(
    database,
    'INSERT OR IGNORE INTO collection_images SELECT id, ? FROM collections WHERE id = ? AND search IS NULL',
  )
  for (const collection of image.collections ?? []) join.run(lastInsertRowid, collection)
}

export function getImage(database: Connection, id: string): Image {
  const row = getRow(database, id)
  const collections = statement(
    database,
    'SELECT collection FROM collection_images WHERE image = ? ORDER BY collection',
  )
    .pluck()
    .all(row.number) as string[]
  return { ...imageOf(row), ...(collections.length === 0 ? {} : { collections }) }
}

/** How a picture is shown; undefined as well when it is not (any more) in this library. */
export function coveredNow(database: Connection, id: string): Image['covered'] {
  const covered = statement(database, 'SELECT covered FROM images WHERE id = ?').pluck().get(id)
  return (covered ?? undefined) as Image['covered']
}

/** The words of a picture; undefined when it is not (any more) in this library. */
export function wordsOf(
  database: Connection,
  id: string,
): Pick<Image, 'prompt' | 'negativePrompt'> | undefined {
  return statement(database, 'SELECT prompt, negative_prompt AS negativePrompt FROM images WHERE id = ?').get(
    id,
  ) as Pick<Image, 'prompt' | 'negativePrompt'> | undefined
}

function getRow(database: Connection, id: string): ImageRow {
  const row = statement(database, 'SELECT * FROM images WHERE id = ?').get(id) as ImageRow | undefined
  if (row === undefined) throw new SanggarError({ code: 'not-found', what: 'image', id })
  return row
}

export function changeImage(database: Connection, id: string, change: ImageChange): void {
  const row = getRow(database, id)
  const { covered, ...words } = change
  const image = { ...imageOf(row), ...withoutUndefined(words) } as Image
  statement(
    database,
    'UPDATE images SET starred = ?, shared = ?, title = ?, note = ?, tags = ?, alt_text = ?, covered = ? WHERE id = ?',
  ).run(
    image.starred ? 1 : 0,
    image.shared === true ? 1 : 0,
    image.title,
    image.note,
    JSON.stringify(image.tags),
    image.altText ?? '',
    covered === undefined ? row.covered : covered ? (row.covered ?? 'person') : null,
    id,
  )
  forgetText(database, row.number)
  indexText(database, row.number, image)
}

/** Everything of a picture that is words or timings, written anew, in the index too. */
export function rewriteImage(database: Connection, image: Image): void {
  const { number } = getRow(database, image.id)
  statement(
    database,
    `UPDATE images SET title = ?, note = ?, tags = ?, prompt = ?, negative_prompt = ?, request = ?, ignored_words = ?, notes = ?,
         milliseconds = ?, execution_provider = ?, alt_text = ?, peak_memory = ?, program = ? WHERE number = ?`,
  ).run(
    image.title,
    image.note,
    JSON.stringify(image.tags),
    image.prompt,
    image.negativePrompt,
    image.request === undefined ? null : JSON.stringify(image.request),
    JSON.stringify(image.ignoredWords),
    JSON.stringify(image.notes ?? []),
    image.milliseconds ?? null,
    image.executionProvider ?? null,
    image.altText ?? '',
    image.peakMemory ?? null,
    image.program ?? null,
    number,
  )
  forgetText(database, number)
  indexText(database, number, image)
}

export function setTrashed(database: Connection, id: string, at: number | null): void {
  const { changes } = statement(database, 'UPDATE images SET trashed_at = ? WHERE id = ?').run(at, id)
  if (changes === 0) throw new SanggarError({ code: 'not-found', what: 'image', id })
}

export function deleteImageRow(database: Connection, id: string): boolean {
  const row = statement(database, 'SELECT number FROM images WHERE id = ?').get(id) as
    | { number: number }
    | undefined
  if (row === undefined) return false
  forgetText(database, row.number)
  statement(database, 'DELETE FROM images WHERE number = ?').run(row.number)
  return true
}

function indexText(database: Connection, number: number, image: Image): void {
  statement(database, 'INSERT INTO image_text (rowid, prompt, title, note, tags) VALUES (?, ?, ?, ?, ?)').run(
    number,
    image.prompt,
    image.title,
    `${image.note} ${image.altText ?? ''}`,
    image.tags.join(' '),
  )
}

function forgetText(database: Connection, number: number): void {
  statement(database, 'DELETE FROM image_text WHERE rowid = ?').run(number)
}

function withoutUndefined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<Value>
}
