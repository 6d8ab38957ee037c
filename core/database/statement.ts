import type { Statement } from 'better-sqlite3'
import type { Connection } from './open-database.ts'

const prepared = new WeakMap<Connection, Map<string, Statement>>()

/**
 * [Note: Prepared statements]
 *
 * The statement of `sql`, prepared once for each connection. For what runs once per picture: preparing takes longer
 * than running, and the memory of a statement lies outside the heap and is given back only when the event loop turns,
 * so that 10,000 of them in one go took 260 MB. `sql` is a constant, always read in the same way (plucked or not), and
 * never iterated: a statement that is being iterated cannot be run again.
 */
export function statement(database: Connection, sql: string): Statement {
  const known = prepared.get(database) ?? new Map<string, Statement>()
  prepared.set(database, known)
  const found = known.get(sql) ?? database.prepare(sql)
  known.set(sql, found)
  return found
}
