import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { withText } from '../../core/export/png-chunks.ts'
import type { Work } from '../../contract/work.ts'
import { openHarness } from '../../core/testing/studio-harness.ts'
import { sealItem } from '../../core/vault/sealed-file.ts'
import { makeOne } from './generation.ts'
import { type Timing, median, peakWhile, repeat, timed } from './timing.ts'

/**
 * What the vault costs: bringing in and taking out many pictures, a page of thumbnails, unlocking, and encryption
 * beside a generation. `node bench/vault/main.ts [--pictures 10000]` prints one line of JSON per measurement; clock
 * and processor time both, because on a busy machine only the second says something.
 */
const { values } = parseArgs({ options: { pictures: { type: 'string', default: '10000' } } })
const count = Number(values.pictures)
const folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-bench-'))
const studio = await openHarness()
const say = (measurement: string, result: object) => console.log(JSON.stringify({ measurement, ...result }))
const rounded = ({ clock, processor }: Timing) => ({
  clock: Math.round(clock),
  processor: Math.round(processor),
})

const works = new Map<string, Work>()
const waiting = new Map<string, (work: Work) => void>()
studio.studio().onEvent((name, value) => {
  if (name !== 'work.changed') return
  const work = value as Work
  works.set(work.id, work)
  if (work.state !== 'running') waiting.get(work.id)?.(work)
})

/** However long it takes. */
function worked(id: string): Promise<Work> {
  const known = works.get(id)
  if (known !== undefined && known.state !== 'running') return Promise.resolve(known)
  return new Promise((resolve) => waiting.set(id, resolve))
}

async function finished(name: string, input: object): Promise<Work> {
  return worked(((await studio.call(name, input)) as { id: string }).id)
}

/** Small pictures, one in ten the same as another to the byte, each with settings to read. */
async function writePictures(where: string, many: number): Promise<void> {
  mkdirSync(where, { recursive: true })
  for (let index = 0; index < many; index++) {
    const unique = index % 10 === 9 ? index - 1 : index
    const rgb = Buffer.alloc(96 * 64 * 3)
    for (let at = 0; at < rgb.length; at++) rgb[at] = (at * (unique + 3) + (at >> 5) * unique) & 255
    const png = await sharp(rgb, { raw: { width: 96, height: 64, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer()
    const words = `boat ${unique}\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: ${unique}, Size: 96x64`
    writeFileSync(path.join(where, `${index}.png`), withText(png, 'parameters', words))
  }
}

const filesIn = (where: string) => readdirSync(where).filter((name) => /\.(png|jpg|zip)$/.test(name))

async function importAndExport(): Promise<void> {
  const from = path.join(folder, 'from')
  await writePictures(from, count)
  let steps = 0
  studio.studio().onEvent((name) => {
    if (name === 'work.changed') steps += 1
  })
  const imported = await peakWhile(() => timed(() => finished('import.start', { paths: [from] })))
  say('import', {
    files: count,
    ...rounded(imported.value),
    millisecondsEach: imported.value.clock / count,
    result: imported.value.value.result,
    progressMessages: steps,
    memoryGrowth: imported.growth,
  })
  const again = await timed(() => finished('import.start', { paths: [from] }))
  say('import again', { ...rounded(again), duplicates: again.value.result?.duplicates })
  const { id: cancelled } = (await studio.call('import.start', { paths: [from] })) as { id: string }
  const cancelling = await timed(async () => {
    await studio.call('works.cancel', { id: cancelled })
    return worked(cancelled)
  })
  say('cancel import', { ...rounded(cancelling), state: cancelling.value.state })

  for (const as of ['files', 'zip'] as const) {
    const to = path.join(folder, as)
    const request = { images: 'all', metadata: 'reproducible', list: true }
    const exported = await peakWhile(() => timed(() => finished('export.start', { folder: to, as, request })))
    const written = filesIn(to)
    say(`export ${as}`, {
      ...rounded(exported.value),
      written: exported.value.value.result?.written,
      onDisk: written.length,
      bytes: written.reduce((sum, name) => sum + statSync(path.join(to, name)).size, 0),
      entries: as === 'zip' ? zipEntries(path.join(to, written[0] ?? '')) : undefined,
      memoryGrowth: exported.growth,
    })
  }
  const to = path.join(folder, 'cut')
  const request = { images: 'all' }
  const { id } = (await studio.call('export.start', { folder: to, as: 'zip', request })) as { id: string }
  await new Promise((resolve) => setTimeout(resolve, 500))
  await studio.call('works.cancel', { id })
  const { state } = await worked(id)
  say('cancel export', { state, left: readdirSync(to) })
}

/** From the end of the central directory (APPNOTE 4.3.14 and 4.3.16). */
function zipEntries(file: string): number {
  const bytes = readFileSync(file)
  const zip64 = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 6, 6]))
  if (zip64 >= 0) return Number(bytes.readBigUInt64LE(zip64 + 32))
  return bytes.readUInt16LE(bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6])) + 10)
}

async function thumbnailPage(): Promise<void> {
  const { tiles } = (await studio.call('images.query', { limit: 60 })) as { tiles: { id: string }[] }
  const page = () =>
    Promise.all(
      tiles.map(
        async ({ id }) => (await (await studio.get(`/media/image/${id}?w=320`)).arrayBuffer()).byteLength,
      ),
    )
  await page()
  const times = await repeat(20, page)
  say('page of thumbnails', { thumbnails: tiles.length, ...times })
}

async function unlocking(): Promise<void> {
  const passphrase = 'a long passphrase for the bench'
  await studio.call('vault.setPassphrase', { next: passphrase })
  const times: Timing[] = []
  for (let run = 0; run < 5; run++) {
    await studio.call('vault.lock')
    times.push(await timed(() => studio.call('vault.unlock', { passphrase })))
  }
  say('unlock', {
    pictures: ((await studio.call('images.query', {})) as { total: number }).total,
    clock: median(times.map(({ clock }) => clock)),
    processor: median(times.map(({ processor }) => processor)),
  })
}

/** Beside a real generation by the model that ships. */
async function encryption(): Promise<void> {
  const { png, thumbnail, milliseconds } = await makeOne(path.join(folder, 'real'))
  const key = Buffer.alloc(32, 7)
  const sealing = await repeat(50, () => {
    sealItem(key, 'x.picture', { prompt: 'a boat' }, png)
    sealItem(key, 'x.thumbnail-320', null, thumbnail)
    return Promise.resolve()
  })
  say('encryption', {
    pictureBytes: png.length,
    generation: milliseconds,
    sealing,
    share: sealing.processor / milliseconds,
  })
}

try {
  await importAndExport()
  await thumbnailPage()
  await unlocking()
  await encryption()
} finally {
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
}
