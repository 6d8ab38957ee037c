import { afterEach, beforeEach, expect, it } from 'vitest'
import { openMemoryDatabase } from '../incognito/memory-database.ts'
import { forgetDeleted } from './forget.ts'
import type { Connection } from './open-database.ts'

let database: Connection
beforeEach(() => {
  database = openMemoryDatabase()
})
afterEach(() => database.close())

/** Blocks of the index in which the letters stand, whatever query would find. */
const blocksWith = (letters: string) =>
  database
    .prepare('SELECT count(*) FROM image_text_data WHERE instr(hex(block), hex(?))')
    .pluck()
    .get(letters) as number

it('takes words of deleted rows out of the index, of many segments too, and keeps the others', async () => {
  const insert = database.prepare(`INSERT INTO image_text (rowid, prompt) VALUES (?, ?)`)
  const words = (row: number) =>
    Array.from({ length: 20 }, (_, index) => `word${(row * 31 + index * 7) % 900}`)
  for (let row = 1; row <= 1500; row++) {
    insert.run(row, `${words(row).join(' ')} ${row % 10 === 0 ? 'zanzibarowa' : 'mombasa'}`)
  }
  database.exec('DELETE FROM image_text WHERE rowid % 10 = 0')
  // What SQLite promises with 'secure-delete' does not hold for contentless tables: the word is still there.
  expect(blocksWith('anzibarow')).toBeGreaterThan(0)
  await forgetDeleted(database)
  expect(blocksWith('anzibarow')).toBe(0)
  const found = (word: string) =>
    database.prepare('SELECT count(*) FROM image_text WHERE image_text MATCH ?').pluck().get(word)
  expect([found('zanzibarowa'), found('mombasa')]).toEqual([0, 1350])
})
