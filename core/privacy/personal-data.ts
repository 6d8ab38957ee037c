import path from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import type { LedgerCategory } from '../../contract/privacy.ts'
import type { WorkResult } from '../../contract/work.ts'
import type { Connection } from '../database/open-database.ts'
import { openFolder, takenNames, writeStream } from '../export/destination.ts'
import { type ArchiveEntry, archiveStream } from '../export/export-archive.ts'
import { emptyResult } from '../export/export-run.ts'
import { uniqueName } from '../export/file-name.ts'
import type { LocalLog } from '../hosting/local-log.ts'
import type { Library } from '../library/library.ts'
import type { WorkReport } from '../works/work-list.ts'
import { logJson } from './held-log.ts'
import { type HeldCategory, heldCategories, heldRows, isHeld } from './held-data.ts'

type Ports = { database: Connection; library: Library; ledger(): object; log: LocalLog }

const page = 500
const jsonColumns = new Set([
  'request',
  'failure',
  'notes',
  'tags',
  'ignoredWords',
  'brought',
  'value',
  'rule',
])

const readMe = `Sanggar: everything that is held about you on this computer
------------------------------------------------------------
One JSON file per category, with every entry as it is stored, and your pictures as PNG files in "pictures".
ledger.json counts the same and names what is never held. Times are milliseconds since 1970 (UTC).
This archive is not encrypted: keep it where you keep private things.

Sanggar: semua yang tersimpan tentang Anda di komputer ini
----------------------------------------------------------
Satu berkas JSON untuk setiap kategori, berisi setiap entri apa adanya, dan gambar Anda sebagai PNG di "pictures".
ledger.json memuat jumlahnya dan menyebut apa yang tidak pernah disimpan. Waktu: milidetik sejak 1970 (UTC).
Arsip ini tidak dienkripsi: simpanlah di tempat Anda menyimpan hal-hal pribadi.
`

/** The right of access: all that is held, or some categories of it, as one ZIP that needs no Sanggar to be read. */
export async function exportPersonalData(
  { database, library, ledger, log }: Ports,
  folder: string,
  asked: LedgerCategory[] | undefined,
  report: WorkReport,
): Promise<WorkResult> {
  await openFolder(folder)
  const categories = asked === undefined ? heldCategories : asked.filter((category) => isHeld(category))
  const result = emptyResult(folder)
  const now = new Date()

  async function* entries(): AsyncGenerator<ArchiveEntry> {
    const text = (name: string, content: Iterable<string>): ArchiveEntry => ({ name, content, at: now })
    yield text('README.txt', [readMe])
    yield text('ledger.json', [`${JSON.stringify(ledger(), null, 2)}\n`])
    for (const category of categories) {
      yield text(`${category}.json`, categoryJson(database, category))
    }
    if (asked === undefined || asked.includes('local-log')) yield text('local-log.json', [logJson(log)])
    const ids = pictureIds(database, categories)
    for (const [index, id] of ids.entries()) {
      report.progress(index, ids.length)
      try {
        const content = await library.readPng(id)
        yield { name: `pictures/${id}.png`, content, at: now }
        result.written += 1
      } catch (error) {
        const { code } = error instanceof SanggarError ? error.failure : { code: undefined }
        // Erased while the export ran, or damaged: the rest is given all the same.
        if (code !== 'item-damaged' && code !== 'not-found') throw error
        if (code === 'item-damaged') result.unreadable.push(id)
      }
    }
    report.progress(ids.length, ids.length)
  }

  const file = path.join(folder, uniqueName('sanggar-my-data', 'zip', await takenNames(folder)))
  const bytes = await writeStream(file, archiveStream(entries()), { signal: report.signal, mode: 0o600 })
  return { ...result, bytes, place: file, files: [path.basename(file)] }
}

function* categoryJson(database: Connection, category: HeldCategory): Generator<string> {
  yield '['
  for (let offset = 0; ; offset += page) {
    const rows = heldRows(database, category, offset, page)
    for (const [index, row] of rows.entries()) {
      const entry = Object.entries(row).flatMap(([name, value]) =>
        value === null ? [] : [[name, readable(name, value)] as const],
      )
      yield `${offset + index === 0 ? '\n' : ',\n'}${JSON.stringify(Object.fromEntries(entry))}`
    }
    if (rows.length < page) break
  }
  yield '\n]\n'
}

/** Columns that hold JSON are given as what they mean, not as text within text. */
function readable(name: string, value: string | number): unknown {
  if (typeof value !== 'string' || !jsonColumns.has(name)) return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value // a fact's plain text
  }
}

function pictureIds(database: Connection, categories: HeldCategory[]): string[] {
  const origins = [
    ...(categories.includes('pictures-made') ? ['made', 'edited', 'enhanced'] : []),
    ...(categories.includes('pictures-brought-in') ? ['imported', 'input', 'mask'] : []),
  ]
  return database
    .prepare(
      `SELECT id FROM images WHERE origin IN (${origins.map(() => '?').join(', ')}) ORDER BY created_at, number`,
    )
    .pluck()
    .all(...origins) as string[]
}
