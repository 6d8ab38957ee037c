import { SanggarError } from '../../contract/errors.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Image } from '../../contract/image.ts'
import type { LedgerCategory, Receipt } from '../../contract/privacy.ts'
import { forgetDeleted } from '../database/forget.ts'
import type { Connection } from '../database/open-database.ts'
import { eraseDoomed } from '../library/doomed.ts'
import type { Library } from '../library/library.ts'
import type { ItemStore } from '../vault/item-store.ts'
import { type HeldCategory, heldSum, isHeld } from './held-data.ts'
import { rewriteImages } from './rewrite-images.ts'

type Ports = {
  database: Connection
  items: ItemStore
  library: Library
  /** ends what waits and what runs, so that nothing of it is written afterwards */
  cancelJobs(): Promise<void>
}

const withoutPrompts = (image: Image): Image => ({
  ...image,
  prompt: '',
  negativePrompt: '',
  ignoredWords: [],
  // Some of them quote the prompt.
  ...(image.notes === undefined ? {} : { notes: [] }),
  ...(image.request === undefined ? {} : { request: withoutWords(image.request) }),
})

function withoutWords(request: JobRequest): JobRequest {
  if (request.kind !== 'generate') return request
  const { batch, furtherPrompts: _further, ...rest } = request
  return { ...rest, prompt: '', negativePrompt: '', ...(batch && { batch: { ...batch, value: '' } }) }
}

function withoutNotes(image: Image): Image {
  const { altText: _altText, ...rest } = image
  return { ...rest, title: '', note: '', tags: [] }
}

function withoutTimings(image: Image): Image {
  const { milliseconds: _time, executionProvider: _provider, peakMemory: _memory, ...rest } = image
  return rest
}

/** Everything of one category, for good; the receipt says what went and that nothing of it is counted any more. */
export async function deleteCategory(ports: Ports, category: LedgerCategory): Promise<Receipt> {
  if (!isHeld(category)) throw new SanggarError({ code: 'not-found', what: 'category', id: category })
  const { count, bytes } = heldSum(ports.database, category)
  const receipt: Receipt = {
    at: Date.now(),
    rows: { [category]: count },
    files: 0,
    bytes,
    keyDestroyed: false,
    verified: 0,
    left: [],
  }
  const damaged = await deletions[category](ports, receipt)
  const backups = await forgetDeleted(ports.database)
  receipt.files += backups.files
  receipt.verified += count - heldSum(ports.database, category).count
  for (const name of damaged) receipt.left.push({ name, reason: 'damaged' })
  return receipt
}

type Deletion = (ports: Ports, receipt: Receipt) => Promise<string[]>

const deletions: Record<HeldCategory, Deletion> = {
  async prompts(ports, receipt) {
    await ports.cancelJobs()
    const setRequest = ports.database.prepare('UPDATE jobs SET request = ? WHERE id = ?')
    for (const row of ports.database.prepare('SELECT id, request FROM jobs').all() as {
      id: string
      request: string
    }[]) {
      setRequest.run(JSON.stringify(withoutWords(JSON.parse(row.request) as JobRequest)), row.id)
    }
    return rewrite(ports, receipt, withoutPrompts)
  },
  'titles-and-notes': (ports, receipt) => rewrite(ports, receipt, withoutNotes),
  collections: ({ database }) => run(database, ['DELETE FROM collections']),
  'pictures-made': (ports, receipt) => eraseOrigins(ports, receipt, ['made', 'edited', 'enhanced']),
  'pictures-brought-in': (ports, receipt) => eraseOrigins(ports, receipt, ['imported', 'input', 'mask']),
  async 'unfinished-pictures'(ports, receipt) {
    await ports.cancelJobs()
    await run(ports.database, ['DELETE FROM checkpoints'])
    const erased = await eraseDoomed(ports.database, ports.items)
    receipt.files += erased.files
    return []
  },
  settings: ({ database }) => run(database, ['DELETE FROM settings', 'DELETE FROM retention_rules']),
  drafts: ({ database }) => run(database, ['DELETE FROM drafts']),
  async history(ports) {
    await ports.cancelJobs()
    await run(ports.database, ['DELETE FROM jobs'])
    await eraseDoomed(ports.database, ports.items)
    return []
  },
  async 'timings-and-errors'(ports, receipt) {
    await run(ports.database, [
      `UPDATE jobs SET failure = NULL, notes = '[]' WHERE state NOT IN ('queued', 'running')`,
    ])
    return rewrite(ports, receipt, withoutTimings)
  },
  'models-used': ({ database }) =>
    run(
      database,
      ['models', 'model_roots', 'model_overrides', 'model_descriptions'].map(
        (table) => `DELETE FROM ${table}`,
      ),
    ),
  'blocked-requests': ({ database }) => run(database, ['DELETE FROM blocked_requests']),
}

async function run(database: Connection, statements: string[]): Promise<string[]> {
  database.transaction(() => {
    for (const statement of statements) database.exec(statement)
  })()
  return []
}

async function rewrite(ports: Ports, receipt: Receipt, change: (image: Image) => Image): Promise<string[]> {
  const { headers, damaged } = await rewriteImages(ports, change)
  receipt.files += headers
  return damaged
}

async function eraseOrigins(ports: Ports, receipt: Receipt, origins: Image['origin'][]): Promise<string[]> {
  const ids = ports.database
    .prepare(`SELECT id FROM images WHERE origin IN (${origins.map(() => '?').join(', ')})`)
    .pluck()
    .all(...origins) as string[]
  const erased = await ports.library.erase(ids)
  receipt.files += erased.files
  receipt.bytes = erased.bytes
  return erased.left.map(({ name }) => name)
}
