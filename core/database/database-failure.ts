import path from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import { databaseName } from '../vault/vault-key.ts'

/**
 * SQLite's errors in the terms of the contract. A page that was altered is met when it is read, which may be long after
 * the start; that is damage to name, not a bug. Anything else stays what it is.
 */
export function databaseFailure(error: unknown, dataDirectory: string): unknown {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return error
  const file = path.join(dataDirectory, databaseName)
  if (code.startsWith('SQLITE_FULL'))
    return new SanggarError({ code: 'disk-full', path: file }, { cause: error })
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code)) {
    return new SanggarError({ code: 'path-not-writable', path: file }, { cause: error })
  }
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) {
    return new SanggarError({ code: 'library-damaged', path: file, detail: code }, { cause: error })
  }
  return error
}
