import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { type BenchStudio, openBenchStudio } from './bench-studio.ts'
import { memoryWhile } from './memory.ts'
import { writeSourcePictures } from './source-pictures.ts'
import { timed } from './timing.ts'

export type Bench = {
  bench: BenchStudio
  /** where parts put and find what they write */
  folder: string
  pictures: number
  side: number
  say(measurement: string, result: object): void
}

/** One work from its start to its end: clock, processor, memory. */
async function watched<Value>(work: () => Promise<Value>) {
  const { value, memory } = await memoryWhile(() => timed(work))
  const { clock, processor } = value
  return {
    value: value.value,
    figures: { seconds: seconds(clock), processorSeconds: seconds(processor), memory },
  }
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10

export async function importing({ bench, folder, pictures, side, say }: Bench): Promise<void> {
  const from = path.join(folder, 'from')
  await writeSourcePictures(from, pictures, side)
  const { value, figures } = await watched(() => bench.finished('import.start', { paths: [from] }))
  say('import', { files: pictures, ...figures, result: value.result, messages: bench.progressMessages() })
  const again = await watched(() => bench.finished('import.start', { paths: [from] }))
  say('import again', { ...again.figures, duplicates: again.value.result?.duplicates })
}

export async function exporting({ bench, folder, say }: Bench, as: 'files' | 'zip'): Promise<void> {
  const to = path.join(folder, as)
  rmSync(to, { recursive: true, force: true })
  const request = { images: 'all', metadata: 'reproducible', list: true }
  const input = { folder: to, as, request }
  const { value, figures } = await watched(() => bench.finished('export.start', input))
  const written = readdirSync(to).filter((name) => /\.(png|zip)$/.test(name))
  say(`export ${as}`, {
    ...figures,
    written: value.result?.written,
    onDisk: written.length,
    bytes: written.reduce((sum, name) => sum + statSync(path.join(to, name)).size, 0),
    entries: as === 'zip' ? zipEntries(path.join(to, written[0] ?? '')) : undefined,
  })
  rmSync(to, { recursive: true, force: true })
}

/** From the end of the central directory (APPNOTE 4.3.14 and 4.3.16). */
function zipEntries(file: string): number {
  const bytes = readFileSync(file)
  const zip64 = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 6]))
  if (zip64 >= 0) return Number(bytes.readBigUInt64LE(zip64 + 32))
  return bytes.readUInt16LE(bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6])) + 10)
}

const passphrase = 'a long passphrase for the bench'

/** Out, and into an empty library as another machine would have it. */
export async function backingUp({ bench, folder, say }: Bench): Promise<void> {
  const file = path.join(folder, 'library.backup')
  rmSync(file, { force: true })
  const out = await watched(() => bench.finished('backup.start', { file, passphrase }))
  say('backup', { ...out.figures, bytes: statSync(file).size, written: out.value.result?.written })
  const other = await openBenchStudio()
  try {
    const back = await watched(() => other.finished('backup.restore', { file, passphrase }))
    say('restore elsewhere', { ...back.figures, written: back.value.result?.written })
  } finally {
    await other.studio.close()
    rmSync(file, { force: true })
  }
}

export async function exportingData({ bench, folder, say }: Bench): Promise<void> {
  const to = path.join(folder, 'data')
  mkdirSync(to, { recursive: true })
  const { value, figures } = await watched(() => bench.finished('privacy.exportData', { folder: to }))
  say('personal data', { ...figures, written: value.result?.written, bytes: value.result?.bytes })
  rmSync(to, { recursive: true, force: true })
}

/** Each kind of work cut short at ten moments of its run; what is left behind, and how long the end took. */
export async function cancelling({ folder, say }: Bench): Promise<void> {
  const from = path.join(folder, 'cancel-from')
  const files = 400
  await writeSourcePictures(from, files, 96)
  const bench = await openBenchStudio()
  const to = path.join(folder, 'cancelled')
  const file = path.join(folder, 'cancelled.backup')
  const request = { images: 'all', metadata: 'reproducible', list: true }
  const works = {
    import: ['import.start', { paths: [from] }],
    files: ['export.start', { folder: to, as: 'files', request }],
    zip: ['export.start', { folder: to, as: 'zip', request }],
    backup: ['backup.start', { file, passphrase }],
    data: ['privacy.exportData', { folder: to }],
  } as const
  try {
    for (const [kind, [name, input]] of Object.entries(works)) {
      const slowest = { cancelled: 0, milliseconds: 0 }
      const left = new Set<string>()
      for (let moment = 0; moment < 10; moment++) {
        const { state, milliseconds } = await bench.cancelled(name, input, moment * moment * 12)
        if (state === 'cancelled') slowest.cancelled += 1
        slowest.milliseconds = Math.max(slowest.milliseconds, milliseconds)
        for (const one of names(to)) left.add(path.extname(one))
        for (const one of names(folder)) if (one.startsWith('cancelled.')) left.add(one)
        rmSync(to, { recursive: true, force: true })
        rmSync(file, { force: true })
      }
      // An import that was cut short is gone on with: the rest of the files is what is new.
      if (kind === 'import') await bench.finished(name, input)
      const { total } = (await bench.studio.call('images.query', {})) as { total: number }
      say(`cancel ${kind}`, { ...slowest, left: [...left], library: total })
    }
  } finally {
    await bench.studio.close()
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // nothing was written there
  }
}

export async function deletingAll({ bench, say }: Bench): Promise<void> {
  const { value, figures } = await watched(() =>
    bench.studio.call('privacy.deleteAll', { confirmation: 'delete everything' }),
  )
  const { files, bytes, verified, left } = value as {
    files: number
    bytes: number
    verified: number
    left: unknown[]
  }
  say('delete all', { ...figures, files, bytes, verified, left: left.length })
}
