import type { CategoryPage, LedgerRow, Receipt } from '../../contract/privacy.ts'
import { type LocalLog, logFolder } from '../hosting/local-log.ts'

/** The one category that is no table: what [Note: Local log] keeps, which names nobody and nothing. */
type LogEntry = { at: number; event: string }

function logEntries(log: LocalLog): LogEntry[] {
  return log
    .tail(Number.POSITIVE_INFINITY)
    .reverse()
    .map((line) => {
      const space = line.indexOf(' ')
      return { at: Date.parse(line.slice(0, space)), event: line.slice(space + 1) }
    })
}

export function logLedgerRow(log: LocalLog, pathOf: (name: string) => string): LedgerRow {
  return {
    category: 'local-log',
    held: true,
    count: logEntries(log).length,
    bytes: log.bytes(),
    place: pathOf(logFolder),
    keptUntil: 'until-deleted',
  }
}

export function viewLog(log: LocalLog, offset: number, limit: number): CategoryPage {
  const entries = logEntries(log)
  return {
    total: entries.length,
    entries: entries.slice(offset, offset + limit).map(({ at, event }, index) => ({
      id: String(offset + index),
      ...(Number.isFinite(at) ? { at } : {}),
      picture: false,
      fields: { event },
    })),
  }
}

export function logJson(log: LocalLog): string {
  return `${JSON.stringify(logEntries(log), null, 1)}\n`
}

export function eraseLog(log: LocalLog): Receipt {
  const count = logEntries(log).length
  const bytes = log.bytes()
  const files = log.erase()
  return {
    at: Date.now(),
    rows: { 'local-log': count },
    files,
    bytes,
    keyDestroyed: false,
    verified: count - logEntries(log).length,
    left: [],
  }
}
