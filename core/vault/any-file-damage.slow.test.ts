import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Failure, failureOf } from '../../contract/errors.ts'
import { dispatch } from '../../contract/rpc.ts'
import { createStudio } from '../create-studio.ts'
import { drawFlat, until } from '../testing/host-double.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'
import { diesAfter } from '../testing/unfinished.ts'

/**
 * A small library with every kind of file that there is, as the power left it: the log of the database is full, a
 * picture is unfinished. Then any byte of any file is wrong, or any file ends too early, or is not there.
 */
let studio: Harness
/** the library as it was, and the pictures in it by id */
let pristine: string
const pictures = new Map<string, Buffer>()

/** Every kind of file in a data directory. A new one fails the first test until it is named, and so damaged, here. */
const kinds: Record<string, RegExp> = {
  description: /^vault\.json$/,
  key: /^vault\.key$/,
  database: /^library\.db$/,
  'log of the database': /^library\.db-(wal|shm)$/,
  lock: /^library\.lock(-journal)?$/,
  picture: /^items\/..\/\w+\.picture$/,
  thumbnail: /^items\/..\/\w+\.thumbnail-(320|640)$/,
  'unfinished picture': /^items\/..\/\w+\.latents$/,
  'database before a migration': /^backups\/library-\d+-\d+\.db$/,
  'prepared weights': /^cache\/weights\/\w+\/(about\.json|weights\.bin)$/,
  'quick action': /^actions\/[^/]+\.json$/,
  'local log': /^logs\/sanggar\.log$/,
  'search marker': /^\.(nomedia|metadata_never_index)$/,
}
const kindOf = (name: string) => Object.keys(kinds).find((kind) => kinds[kind]?.test(name))

const names = (folder: string) =>
  filesBelow(folder)
    .map(({ file }) => path.relative(folder, file).replaceAll('\\', '/'))
    .sort()

beforeAll(async () => {
  studio = await openHarness()
  const { dataDirectory, call, double } = studio
  const made = await studio.make({ prompt: 'perahu', count: 3 })
  const photo = await sharp({ create: { width: 700, height: 500, channels: 3, background: '#a52' } })
    .jpeg()
    .toBuffer()
  const imported = await studio.post('/media/import?name=a.jpg', photo)
  await call('drafts.set', { key: 'create', value: { prompt: 'draf' } })
  await call('images.change', { ids: made.images, change: { title: 'judul' } })
  double.control.behaviour = diesAfter(0, [3])
  await studio.make({ prompt: 'belum selesai' })
  double.control.behaviour = drawFlat
  for (const id of [...made.images, imported.id]) {
    for (const address of [`/media/image/${id}`, `/media/image/${id}?w=320`, `/media/image/${id}?w=640`]) {
      pictures.set(address, Buffer.from(await (await studio.get(address)).arrayBuffer()))
    }
  }
  const put = (name: string, bytes: Buffer | string) => {
    mkdirSync(path.dirname(path.join(dataDirectory, name)), { recursive: true })
    writeFileSync(path.join(dataDirectory, name), bytes)
  }
  // What a migration, the inference process and a person would have put there.
  put('backups/library-70-1790000000000.db', readFileSync(path.join(dataDirectory, 'library.db')))
  const form = `cache/weights/${'0a'.repeat(16)}`
  put(`${form}/about.json`, JSON.stringify({ model: 'm', network: 'unet', kind: 'packed' }))
  put(`${form}/weights.bin`, Buffer.alloc(500, 3))
  put('actions/mine.json', JSON.stringify({ id: 'mine' }))
  pristine = studio.folder('pristine')
  cpSync(dataDirectory, pristine, { recursive: true })
})
afterAll(() => studio.close())

const requests: [string, unknown][] = [
  ['app.info', null],
  ['images.query', { text: 'perahu' }],
  ['jobs.list', null],
  ['settings.get', null],
  ['drafts.get', { key: 'create' }],
  ['collections.list', null],
  ['models.list', null],
  ['models.prepared', null],
  ['actions.folder', null],
  ['retention.list', null],
  ['privacy.ledger', null],
  ['privacy.seal', null],
  ['insights.get', null],
]

type Found = {
  /** what opening the library said */
  refused?: Failure
  /** what any request said */
  failures: Failure[]
  /** addresses whose picture is not the one that was there */
  lost: string[]
  /** what the sealed files, the key and the description are afterwards */
  changed: string[]
}

let copies = 0

/** A picture whose row went with the log is found by the sweep, for which opening does not wait: 5 s at most. */
async function afterSweep(ask: () => Promise<Response>): Promise<Response> {
  let response = await ask()
  for (let tries = 0; response.status === 404 && tries < 100; tries++) {
    await setTimeout(50)
    response = await ask()
  }
  return response
}

/** Opens a copy of the library in which `damage` was done to one file, and asks it for everything. */
async function openDamaged(name: string, damage: (file: string) => void): Promise<Found> {
  const dataDirectory = studio.folder(`copy-${copies++}`)
  cpSync(pristine, dataDirectory, { recursive: true })
  damage(path.join(dataDirectory, name))
  const before = new Map(filesBelow(dataDirectory).map(({ file, bytes }) => [file, bytes]))
  const found: Found = { failures: [], lost: [], changed: [] }
  try {
    const opened = await createStudio({ ...studio.double.host, dataDirectory })
    for (const [request, input] of requests) {
      const answer = await dispatch(opened.handlers, request, input)
      if (!answer.ok) found.failures.push(answer.failure)
    }
    for (const [address, bytes] of pictures) {
      const response = await afterSweep(() => opened.handleMedia(new Request(`http://x${address}`)))
      const answered = Buffer.from(await response.arrayBuffer())
      if (!response.ok) found.failures.push(JSON.parse(answered.toString()) as Failure)
      if (!response.ok || !answered.equals(bytes)) found.lost.push(address)
    }
    await opened.close().catch((error: unknown) => found.failures.push(failureOf(error)))
  } catch (error) {
    found.refused = failureOf(error)
  }
  const kept = ['description', 'key', 'picture', 'unfinished picture', 'quick action']
  // A library that was not opened keeps its database to the byte as well.
  if (found.refused !== undefined) kept.push('database', 'database before a migration', 'thumbnail')
  for (const [file, bytes] of before) {
    const relative = path.relative(dataDirectory, file).replaceAll('\\', '/')
    if (!kept.includes(kindOf(relative) ?? '')) continue
    if (!existsSync(file) || !readFileSync(file).equals(bytes)) found.changed.push(relative)
  }
  await until(() => {
    rmSync(dataDirectory, { recursive: true, force: true })
    return true
  })
  return found
}

/** What the vault promises, whatever happened to `name`. */
function expectPromise(name: string, found: Found): void {
  const { refused, failures, lost } = found
  const told = JSON.stringify({ name, ...found })
  const kind = kindOf(name) ?? ''
  // What was written into the log since its last page is lost with it: then no row knows of the unfinished picture,
  // and a row is all that it could be gone on with.
  const lostRow = kind === 'log of the database'
  expect(
    found.changed.filter((file) => !(lostRow && file.endsWith('.latents'))),
    told,
  ).toEqual([])
  for (const failure of [...failures, ...(refused === undefined ? [] : [refused])]) {
    expect(['library-damaged', 'item-damaged', 'vault-key-damaged', 'vault-key-missing'], told).toContain(
      failure.code,
    )
  }
  if (refused !== undefined) {
    expect(['description', 'key', 'database', 'log of the database'], told).toContain(kind)
    expect((refused as { path: string }).path, told).toMatch(
      kind === 'description' ? /vault\.json$|copy-\d+$/ : kind === 'key' ? /vault\.key$/ : /library\.db$/,
    )
    return
  }
  if (kind === 'picture') {
    const id = path.basename(name, '.picture')
    expect(lost, told).toEqual([`/media/image/${id}`])
    expect(failures, told).toEqual([{ code: 'item-damaged', id: expect.stringContaining(id) as unknown }])
    return
  }
  expect(['description', 'key'], told).not.toContain(kind)
  // A page of the database that was altered is named when it is met; all else is there.
  if (kind !== 'database') expect([lost, failures], told).toEqual([[], []])
}

it('the library of this test has every kind of file, and no other', () => {
  const found = new Set(names(pristine).map((name) => kindOf(name) ?? `unknown: ${name}`))
  expect([...found].sort()).toEqual(Object.keys(kinds).sort())
})

it('one wrong byte anywhere: the item is named, everything else opens, nothing is overwritten', async () => {
  const all = names(pristine).filter((name) => readFileSync(path.join(pristine, name)).length > 0)
  // Every file at least once, then whichever the generator likes.
  const anywhere = fc.record({
    which: fc.nat(all.length - 1),
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    change: fc.integer({ min: 1, max: 255 }),
  })
  type Example = { which: number; place: number; change: number }
  const examples = all.map((_, which): [Example] => [{ which, place: 0.5, change: 1 }])
  await fc.assert(
    fc.asyncProperty(anywhere, async ({ which, place, change }) => {
      const name = all[which] ?? ''
      const found = await openDamaged(name, (file) => {
        const bytes = readFileSync(file)
        const at = Math.floor(place * bytes.length)
        bytes[at] = (bytes[at] as number) ^ change
        writeFileSync(file, bytes)
      })
      expectPromise(name, found)
    }),
    { numRuns: all.length + 60, examples },
  )
}, 120_000)

it('any file that ends too early: the same', async () => {
  const all = names(pristine).filter((name) => readFileSync(path.join(pristine, name)).length > 0)
  for (const name of all) {
    for (const part of [0, 0.3, 0.97]) {
      const found = await openDamaged(name, (file) =>
        truncateSync(file, Math.floor(part * readFileSync(file).length)),
      )
      expectPromise(name, found)
    }
  }
}, 120_000)

it('any file that is missing: the same', async () => {
  for (const name of names(pristine)) {
    const found = await openDamaged(name, (file) => rmSync(file))
    expectPromise(name, found)
  }
}, 120_000)
