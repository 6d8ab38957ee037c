import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openBenchStudio } from './bench-studio.ts'
import {
  type Bench,
  backingUp,
  cancelling,
  deletingAll,
  exporting,
  exportingData,
  importing,
} from './many-pictures.ts'
import { encryption, thumbnailPage, unlocking } from './opening.ts'

/**
 * What the vault costs: bringing in and taking out many pictures, a page of thumbnails, unlocking, and encryption
 * beside a generation. Prints one line of JSON per measurement; clock and processor time both, because on a busy
 * machine only the second says something.
 *
 *   node bench/vault/main.ts [--pictures 10000] [--side 96] [--parts import,zip,…] [--keep DIR]
 *
 * With --keep the library stays in DIR, so that parts can be run one after the other.
 */
const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '10000' },
    side: { type: 'string', default: '96' },
    parts: { type: 'string' },
    keep: { type: 'string' },
  },
})

const parts: Record<string, (bench: Bench) => Promise<void>> = {
  import: importing,
  files: (bench) => exporting(bench, 'files'),
  zip: (bench) => exporting(bench, 'zip'),
  backup: backingUp,
  data: exportingData,
  cancel: cancelling,
  page: thumbnailPage,
  unlock: unlocking,
  encryption,
  delete: deletingAll,
}

const folder = values.keep ?? mkdtempSync(path.join(os.tmpdir(), 'sanggar-bench-'))
mkdirSync(folder, { recursive: true })
const bench = await openBenchStudio(path.join(folder, 'library'))
try {
  for (const name of values.parts?.split(',') ?? Object.keys(parts)) {
    const part = parts[name]
    if (part === undefined) throw new Error(`no part ${name}: ${Object.keys(parts).join(', ')}`)
    await part({
      bench,
      folder,
      pictures: Number(values.pictures),
      side: Number(values.side),
      say: (measurement, result) => console.log(JSON.stringify({ measurement, ...result })),
    })
  }
} finally {
  await bench.studio.close()
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
}
