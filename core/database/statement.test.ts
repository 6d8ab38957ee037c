import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { statement } from './statement.ts'

it('is one per connection and text, and another for another connection', () => {
  const [one, other] = [new Database(':memory:'), new Database(':memory:')]
  const sql = 'SELECT ? + 1'
  expect(statement(one, sql)).toBe(statement(one, sql))
  expect(statement(one, sql)).not.toBe(statement(other, sql))
  expect(statement(one, sql).pluck().get(41)).toBe(42)
  one.close()
  other.close()
})

it('lets ten thousand lookups in one go take no more memory than a few', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, value TEXT)')
  database.exec(`INSERT INTO rows VALUES (1, 'a')`)
  const look = (times: number) => {
    for (let time = 0; time < times; time++) statement(database, 'SELECT * FROM rows WHERE id = ?').get(1)
  }
  look(1000)
  const before = process.memoryUsage().rss
  look(20_000)
  expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 ** 2)
  database.close()
})
