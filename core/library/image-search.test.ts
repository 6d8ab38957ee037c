import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ImagePage, type ImageTile, imageQuerySchema } from '../../contract/image.ts'
import { type Connection, openDatabase } from '../database/open-database.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { deleteImageRow, insertImage, setTrashed } from './image-rows.ts'
import { countDays, matchingImages, queryImages } from './image-search.ts'
import { blankImage } from './library.ts'

let folder: string
let database: Connection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sanggar-search-'))
  database = openDatabase(folder, randomBytes(32))
  for (let index = 0; index < 60; index++) {
    insertImage(database, {
      ...blankImage(),
      id: `picture${String(index).padStart(13, '0')}`,
      origin: 'made',
      width: index % 2 === 0 ? 512 : 768,
      height: 512,
      bytes: 100,
      createdAt: Date.UTC(2026, 0, 1 + Math.floor(index / 10), 12) + index,
      starred: index % 7 === 0,
      title: '',
      note: '',
      tags: index % 5 === 0 ? ['for mum'] : index % 5 === 1 ? ['mum'] : [],
      prompt: index % 3 === 0 ? 'a red boat at sunset' : 'a green hill',
      model: index % 4 === 0 ? 'Starter' : 'sdxl-studio',
      seed: String(index),
      steps: index % 2 === 0 ? 4 : 20,
    })
  }
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (text: string, more: object = {}): ImagePage =>
  queryImages(database, imageQuerySchema.parse({ text, ...more }))
const numbers = (tiles: ImageTile[]) => tiles.map(({ id }) => Number(id.slice(7)))
/** What a search has to find, said in JavaScript over the numbers of the pictures. */
const wanted = (keep: (index: number) => boolean) =>
  Array.from({ length: 60 }, (_, index) => index)
    .filter(keep)
    .reverse()

test.each<[string, (index: number) => boolean]>([
  ['boat', (index) => index % 3 === 0],
  ['boat suns', (index) => index % 3 === 0],
  ['model:starter', (index) => index % 4 === 0],
  ['model:S', () => true],
  ['model:nobody', () => false],
  ['-model:starter boat', (index) => index % 4 !== 0 && index % 3 === 0],
  ['size:768x512', (index) => index % 2 === 1],
  ['size:>600 hill', (index) => index % 2 === 1 && index % 3 !== 0],
  ['steps:20', (index) => index % 2 === 1],
  ['seed:17', (index) => index === 17],
  ['-seed:17 model:sdxl', (index) => index !== 17 && index % 4 !== 0],
  ['tag:"for mum"', (index) => index % 5 === 0],
  ['tag:mum', (index) => index % 5 === 1],
  ['-tag:mum star:yes', (index) => index % 5 !== 1 && index % 7 === 0],
  ['after:2026-01-04 boat', (index) => index >= 30 && index % 3 === 0],
  ['nothing finds this', () => false],
])('%s finds what it says, newest and oldest first, by the page, and its days', (text, keep) => {
  const all = wanted(keep)
  expect(ask(text).total).toBe(all.length)
  expect(numbers(ask(text).tiles)).toEqual(all)
  expect(numbers(ask(text, { sort: 'oldest' }).tiles)).toEqual(all.toReversed())
  expect(numbers(ask(text, { offset: 2, limit: 3 }).tiles)).toEqual(all.slice(2, 5))
  expect(numbers(ask(text, { offset: 2, limit: 3, sort: 'oldest' }).tiles)).toEqual(
    all.toReversed().slice(2, 5),
  )
  expect(ask(text, { offset: 60 }).tiles).toEqual([])
  const days = countDays(database, imageQuerySchema.parse({ text }))
  expect(days.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
  expect(matchingImages(database, imageQuerySchema.parse({ text }))).toHaveLength(all.length)
})

test('an answer is kept until a picture or an album changes, and no longer', () => {
  expect([ask('boat').total, ask('').total, ask('model:starter').total]).toEqual([20, 60, 15])
  setTrashed(database, 'picture0000000000000', 1)
  expect([ask('boat').total, ask('').total, ask('model:starter').total]).toEqual([19, 59, 14])
  deleteImageRow(database, 'picture0000000000012')
  expect([ask('boat').total, ask('').total, ask('model:starter').total]).toEqual([18, 58, 13])
  database.exec(`INSERT INTO collections (id, name, created_at) VALUES ('album', 'Album', 0)`)
  expect(ask('', { collection: 'album' }).total).toBe(0)
  database.exec(`INSERT INTO collection_images SELECT 'album', number FROM images WHERE starred = 1`)
  expect(ask('', { collection: 'album' }).total).toBe(8)
})

test('what is read within a transaction that is taken back is not remembered', () => {
  expect(() =>
    database.transaction(() => {
      setTrashed(database, 'picture0000000000003', 1)
      expect(ask('boat').total).toBe(19)
      throw new Error('taken back')
    })(),
  ).toThrow('taken back')
  expect(ask('boat').total).toBe(20)
})

test('a list of models or sizes is read from the index alone', () => {
  for (const text of ['model:starter', 'size:>600', 'steps:20', 'star:yes', '']) {
    const spoken: string[] = []
    const plain = database.prepare.bind(database)
    database.prepare = (sql: string) => {
      if (sql.includes('count(*) FROM images')) spoken.push(sql)
      return plain(sql)
    }
    queryImages(database, imageQuerySchema.parse({ text, limit: 1 }))
    database.prepare = plain
    for (const sql of spoken) {
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from(sql.matchAll(/\?/g), () => '[]')) as { detail: string }[]
      expect(plan.map(({ detail }) => detail).join(' ')).toMatch(
        /COVERING INDEX images_by_time|images_starred/,
      )
    }
  }
})
