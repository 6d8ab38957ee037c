import { existsSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Image } from '../../contract/image.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { checkLibrary, repairLibrary } from './check-library.ts'

let harness: Harness
let ids: string[]
beforeEach(async () => {
  harness = await openHarness()
  ids = (await harness.make({ count: 4, seed: '7' })).images
  await harness.call('images.change', {
    ids: [ids[0]],
    change: { title: 'A title', tags: ['harbour'], starred: true },
  })
  await harness.call('settings.change', { trashDays: 12 })
  await harness.stop()
})
afterEach(() => harness.close())

const inData = (...names: string[]) => path.join(harness.dataDirectory, ...names)
const pictureFile = (id = '') => inData('items', id.slice(0, 2), `${id}.picture`)
const check = () => checkLibrary(harness.dataDirectory, {})
const repair = (more: object = {}) => repairLibrary(harness.dataDirectory, {}, more)
const sound = { database: 'sound', pictures: 4, missing: [], damaged: [], unlisted: [], foreign: [] }
const titles = async () => {
  await harness.start()
  const all = await Promise.all(ids.map((id) => harness.outcome('images.get', { id })))
  return all.map((answer) => (answer.ok ? (answer.value as Image).title : answer.failure.code))
}

test('a sound library is said to be sound, and looking changes nothing', async () => {
  const before = readFileSync(inData('library.db'))
  expect(await check()).toEqual(sound)
  expect(readFileSync(inData('library.db')).length).toBe(before.length)
  await harness.start()
})

test('what a crash left about the window and about a dragging is the program’s own', async () => {
  writeFileSync(inData('window.json'), '{}')
  const half = inData('window.json.0123abcd.unfinished')
  writeFileSync(half, '{')
  mkdirSync(inData('dragged'))
  writeFileSync(inData('dragged', 'boat.png'), 'a picture')
  expect((await check()).foreign).toEqual([path.basename(half)])
  await harness.start()
  expect([existsSync(half), existsSync(inData('dragged'))]).toEqual([false, false])
  await harness.stop()
  expect(await check()).toEqual(sound)
})

test('missing, damaged and foreign files are named; none of them is touched by a repair', async () => {
  rmSync(pictureFile(ids[0]))
  const damaged = readFileSync(pictureFile(ids[1]))
  damaged[damaged.length - 40] = (damaged.at(-40) ?? 0) ^ 1
  writeFileSync(pictureFile(ids[1]), damaged)
  writeFileSync(inData('holiday.jpg'), 'mine')
  writeFileSync(inData('items', 'notes.txt'), 'mine too')
  symlinkSync('/etc/hostname', inData('link'))
  const report = {
    ...sound,
    pictures: 3,
    missing: [ids[0]],
    damaged: [ids[1]],
    foreign: ['holiday.jpg', path.join('items', 'notes.txt'), 'link'],
  }
  expect(await check()).toEqual(report)
  expect(await repair()).toMatchObject({ after: report, recovered: 0, forgotten: 0 })
  expect(readFileSync(pictureFile(ids[1]))).toEqual(damaged)
  expect(readFileSync(inData('holiday.jpg'), 'utf8')).toBe('mine')
  expect(await repair({ forgetMissing: true })).toMatchObject({ forgotten: 1, after: { missing: [] } })
  expect(await titles()).toEqual(['not-found', '', '', ''])
})

test('without its database the library is rebuilt from the files', async () => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(inData(`library.db${suffix}`), { force: true })
  expect(await check()).toEqual({ ...sound, database: 'missing', unlisted: expect.arrayContaining(ids) })
  const { recovered, after } = await repair()
  expect({ recovered, after }).toEqual({ recovered: 4, after: sound })
  expect(await titles()).toEqual(['', '', '', ''])
  const image = (await harness.call('images.get', { id: ids[2] ?? '' })) as Image
  expect(image).toMatchObject({ prompt: 'a boat', seed: '9', width: 32, height: 16 })
})

test('of a damaged database what can be read is taken over, and the rest of it is kept', async () => {
  const file = readFileSync(inData('library.db'))
  // The last pages: an index or two. The rows of pictures and settings lie before them.
  file.fill(0x5a, file.length - 4096 * 2)
  writeFileSync(inData('library.db'), file)
  expect(await check()).toMatchObject({ database: 'damaged', unlisted: expect.arrayContaining(ids) })
  const { recovered, after, keptAs } = await repair()
  expect({ recovered, after }).toEqual({ recovered: 4, after: sound })
  expect(readdirSync(harness.dataDirectory)).toContain(keptAs)
  expect(await titles()).toEqual(['A title', '', '', ''])
  expect(await harness.call('settings.get')).toMatchObject({ trashDays: 12 })
  const found = (await harness.call('images.query', { text: 'harbour' })) as { total: number }
  expect(found.total).toBe(1)

  // What a repair kept goes with everything else.
  await harness.call('privacy.deleteAll', { confirmation: 'delete everything' })
  expect(existsSync(inData(keptAs ?? ''))).toBe(false)
})

test('a database of noise, a file of another vault, and a library that is in use', async () => {
  writeFileSync(inData('library.db'), Buffer.alloc(8192, 7))
  const [first = '', second = ''] = ids
  // Sealed for another name: it must not open under this one.
  writeFileSync(pictureFile(first), readFileSync(pictureFile(second)))
  const { recovered, after } = await repair()
  expect(recovered).toBe(3)
  expect(after).toMatchObject({ database: 'sound', damaged: [first] })
  await harness.start()
  await expect(check()).rejects.toMatchObject({ failure: { code: 'library-busy' } })
})
