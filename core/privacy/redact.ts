import { withPrompts } from '../../contract/further-prompts.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Image } from '../../contract/image.ts'
import type { RedactPreview } from '../../contract/privacy.ts'
import type { WorkResult } from '../../contract/work.ts'
import { forgetDeleted } from '../database/forget.ts'
import type { Connection } from '../database/open-database.ts'
import { emptyResult } from '../export/export-run.ts'
import { imageOf } from '../library/image-rows.ts'
import type { ItemStore } from '../vault/item-store.ts'
import type { WorkReport } from '../works/work-list.ts'
import { rewriteImages } from './rewrite-images.ts'

/** Takes a word out of texts and counts how often. */
export type Redaction = { text(text: string): string; found(): number }

/**
 * Whole words whatever their case, with letters, digits and marks of every script as parts of words; composed and
 * decomposed spellings are one word. Spaces between words may be any space.
 */
export function createRedaction(word: string): Redaction {
  const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(/\s+/g, '\\s+')
  const spellings = [...new Set([word.normalize('NFC'), word.normalize('NFD')])].map(escape)
  const inner = String.raw`[\p{L}\p{M}\p{N}_]`
  const pattern = new RegExp(`(?<!${inner})(?:${spellings.join('|')})(?!${inner})`, 'giu')
  let found = 0
  return {
    text(text) {
      let here = 0
      const without = text.replaceAll(pattern, () => {
        here += 1
        return ''
      })
      found += here
      // What is left reads on: no double spaces, no space before a comma, no comma at the start.
      return here === 0 ? text : tidy(without)
    },
    found: () => found,
  }
}

function tidy(text: string): string {
  return text
    .replaceAll(/[^\S\n]{2,}/g, ' ')
    .replaceAll(/ +([,;.])/g, '$1')
    .replaceAll(/([,;])(?:\s*[,;])+/g, '$1')
    .replaceAll(/^[\s,;]+|[\s,;]+$/g, '')
}

/** Every string in a JSON value, names of members too. */
function redactJson(redaction: Redaction, value: unknown): unknown {
  if (typeof value === 'string') return redaction.text(value)
  if (Array.isArray(value)) return value.map((part) => redactJson(redaction, part))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [redaction.text(name), redactJson(redaction, part)]),
  )
}

/** Words of a request; what it refers to (models, pictures) keeps its names, or it could not be done again. */
function redactRequest(redaction: Redaction, request: JobRequest): JobRequest {
  if (request.kind !== 'generate') return request
  return {
    ...withPrompts(request, (text) => redaction.text(text)),
    ...(request.batch && { batch: { ...request.batch, value: redaction.text(request.batch.value) } }),
  }
}

function redactImage(redaction: Redaction, image: Image): Image {
  const words = (list: string[]) => list.map((word) => redaction.text(word)).filter((word) => word !== '')
  return {
    ...image,
    title: redaction.text(image.title),
    note: redaction.text(image.note),
    ...(image.altText === undefined ? {} : { altText: redaction.text(image.altText) }),
    tags: words(image.tags),
    prompt: redaction.text(image.prompt),
    negativePrompt: redaction.text(image.negativePrompt),
    ...(image.program === undefined ? {} : { program: redaction.text(image.program) }),
    ignoredWords: words(image.ignoredWords),
    ...(image.notes === undefined
      ? {}
      : { notes: image.notes.map(({ code, detail }) => ({ code, detail: redaction.text(detail) })) }),
    ...(image.request === undefined ? {} : { request: redactRequest(redaction, image.request) }),
  }
}

type JobRow = { id: string; request: string; failure: string | null; notes: string }

function redactJob(redaction: Redaction, { id, request, failure, notes }: JobRow): JobRow {
  const json = (text: string) => JSON.stringify(redactJson(redaction, JSON.parse(text)))
  return {
    id,
    request: JSON.stringify(redactRequest(redaction, JSON.parse(request) as JobRequest)),
    failure: failure === null ? null : json(failure),
    notes: json(notes),
  }
}

type DraftRow = { name: string; value: string }
type CollectionRow = { id: string; name: string; search: string | null }
type RuleRow = { place: 'settings' | 'retention_rules'; name: string; value: string }
type BlockedRow = { rowid: number; address: string; origin: string }

const jobRows = 'SELECT id, request, failure, notes FROM jobs'
const draftRows = 'SELECT name, value FROM drafts'
const collectionRows = 'SELECT id, name, search FROM collections'
/** Settings that are words of the person's own. */
const ruleRows = `SELECT 'settings' AS place, name, value FROM settings WHERE name = 'promptRulesText'
  UNION ALL SELECT 'retention_rules', id, rule FROM retention_rules`
const blockedRows = 'SELECT rowid, address, origin FROM blocked_requests'

function countIn<Row>(rows: Row[], redact: (redaction: Redaction, row: Row) => unknown, word: string) {
  const redaction = createRedaction(word)
  let touched = 0
  for (const row of rows) {
    const before = redaction.found()
    redact(redaction, row)
    if (redaction.found() > before) touched += 1
  }
  return { touched, found: redaction.found() }
}

const redactDraft = (redaction: Redaction, { value }: DraftRow) =>
  JSON.stringify(redactJson(redaction, JSON.parse(value)))

const redactCollection = (redaction: Redaction, { name, search }: CollectionRow) => ({
  name: redaction.text(name),
  search: search === null ? null : redaction.text(search),
})

/** A rule keeps its lines; of a list of tags what is left empty goes. */
function redactRule(redaction: Redaction, { place, value }: RuleRow): string {
  const rule: unknown = JSON.parse(value)
  if (place === 'settings') {
    const lines = String(rule).split('\n')
    const without = lines.map((line) => {
      const [, head = '', words = line] = /^(\s*(?:blur|ask)\s*:\s*)(.*)$/i.exec(line) ?? []
      return head + redaction.text(words)
    })
    return JSON.stringify(without.join('\n'))
  }
  const { exceptTags = [], ...rest } = rule as { exceptTags?: string[] }
  const tags = exceptTags.map((tag) => redaction.text(tag)).filter((tag) => tag !== '')
  return JSON.stringify({ ...rest, exceptTags: tags })
}

const redactBlocked = (redaction: Redaction, { address, origin }: BlockedRow) => [
  redaction.text(address),
  redaction.text(origin),
]

/** Where the word stands now. Changes nothing. */
export function previewRedaction(database: Connection, word: string): RedactPreview {
  const all = <Row>(sql: string) => database.prepare(sql).all() as Row[]
  const pictures = { touched: 0, found: 0 }
  const next = database.prepare('SELECT * FROM images WHERE number > ? ORDER BY number LIMIT 500')
  for (let last = 0; ;) {
    const rows = next.all(last) as Parameters<typeof imageOf>[0][]
    const { touched, found } = countIn(rows.map(imageOf), redactImage, word)
    pictures.touched += touched
    pictures.found += found
    last = rows.at(-1)?.number ?? 0
    if (rows.length < 500) break
  }
  const jobs = countIn(all<JobRow>(jobRows), redactJob, word)
  const drafts = countIn(all<DraftRow>(draftRows), redactDraft, word)
  const collections = countIn(all<CollectionRow>(collectionRows), redactCollection, word)
  const rules = countIn(all<RuleRow>(ruleRows), redactRule, word)
  const blocked = countIn(all<BlockedRow>(blockedRows), redactBlocked, word)
  const names = all<{ path: string }>(
    'SELECT path FROM models UNION SELECT path FROM model_roots UNION SELECT DISTINCT model FROM images',
  )
  return {
    occurrences: pictures.found + jobs.found + drafts.found + collections.found + rules.found + blocked.found,
    pictures: pictures.touched,
    jobs: jobs.touched,
    drafts: drafts.touched,
    collections: collections.touched,
    settings: rules.touched,
    blockedRequests: blocked.touched,
    kept: countIn(names, (redaction, { path }) => redaction.text(path), word).touched,
  }
}

/** Looked for again this often while a job that contains the word still runs. */
const patience = 200

/**
 * Takes the word out of everything. Can be done again after a cancel or a crash: what was done stays done, and
 * headers are looked at in all pictures, not only in those whose rows still had the word.
 */
export async function redactEverywhere(
  { database, items }: { database: Connection; items: ItemStore },
  word: string,
  report: WorkReport,
): Promise<WorkResult> {
  const redaction = createRedaction(word)
  const { occurrences } = previewRedaction(database, word)
  redactJobs(database, redaction, `WHERE state <> 'running'`)
  // A job that runs would write its prompt into the pictures that it is making.
  const running = database.prepare(`${jobRows} WHERE state = 'running'`)
  while (countIn(running.all() as JobRow[], redactJob, word).found > 0) {
    report.progress(0, 0)
    await new Promise((resolve) => setTimeout(resolve, patience))
  }
  database.transaction(() => redactRows(database, redaction))()
  const count = await rewriteImages(
    { database, items },
    (image) => redactImage(redaction, image),
    report.progress,
  )
  await forgetDeleted(database)
  return {
    ...emptyResult(''),
    written: occurrences,
    unreadable: count.damaged.slice(0, 100),
    files: [],
  }
}

function redactJobs(database: Connection, redaction: Redaction, which = ''): void {
  const setJob = database.prepare('UPDATE jobs SET request = ?, failure = ?, notes = ? WHERE id = ?')
  for (const row of database.prepare(`${jobRows} ${which}`).all() as JobRow[]) {
    const next = redactJob(redaction, row)
    setJob.run(next.request, next.failure, next.notes, row.id)
  }
}

function redactRows(database: Connection, redaction: Redaction): void {
  redactJobs(database, redaction)
  const setDraft = database.prepare('UPDATE drafts SET value = ? WHERE name = ?')
  for (const row of database.prepare(draftRows).all() as DraftRow[]) {
    setDraft.run(redactDraft(redaction, row), row.name)
  }
  const setCollection = database.prepare('UPDATE collections SET name = ?, search = ? WHERE id = ?')
  for (const row of database.prepare(collectionRows).all() as CollectionRow[]) {
    const { name, search } = redactCollection(redaction, row)
    // A search without words would find everything: such a one goes.
    if (search === '') database.prepare('DELETE FROM collections WHERE id = ?').run(row.id)
    else setCollection.run(name === '' ? '…' : name, search, row.id)
  }
  const setSetting = database.prepare('UPDATE settings SET value = ? WHERE name = ?')
  const setRule = database.prepare('UPDATE retention_rules SET rule = ? WHERE id = ?')
  for (const row of database.prepare(ruleRows).all() as RuleRow[]) {
    const set = row.place === 'settings' ? setSetting : setRule
    set.run(redactRule(redaction, row), row.name)
  }
  const setBlocked = database.prepare('UPDATE blocked_requests SET address = ?, origin = ? WHERE rowid = ?')
  for (const row of database.prepare(blockedRows).all() as BlockedRow[]) {
    setBlocked.run(...redactBlocked(redaction, row), row.rowid)
  }
}
