import { SanggarError } from '../../contract/errors.ts'
import { type Wildcard, wildcardLines } from '../../contract/wildcards.ts'
import type { Connection } from '../database/open-database.ts'
import { readDraft, writeDraft } from '../settings/draft-store.ts'

/**
 * Lists of words for `__name__`. They lie among the drafts, so that what holds for everything a person has written
 * (redaction, backup, deletion, the mirror) holds for them without being said again.
 */
const prefix = 'wildcard/'
const glance = 4

export function listWildcards(database: Connection): Wildcard[] {
  const names = database
    .prepare('SELECT name FROM drafts WHERE substr(name, 1, ?) = ? ORDER BY name')
    .pluck()
    .all(prefix.length, prefix) as string[]
  return names.map((key) => {
    const lines = wildcardLines(textOf(database, key))
    return { name: key.slice(prefix.length), lines: lines.length, sample: lines.slice(0, glance) }
  })
}

/** Throws 'not-found'. */
export function readWildcard(database: Connection, name: string): string {
  if (readDraft(database, prefix + name) === null)
    throw new SanggarError({ code: 'not-found', what: 'wildcard', id: name })
  return textOf(database, prefix + name)
}

export function saveWildcard(database: Connection, name: string, text: string): void {
  writeDraft(database, prefix + name, text)
}

export function removeWildcard(database: Connection, name: string): void {
  writeDraft(database, prefix + name, null)
}

/** For `expandPrompt`: each list is read once for all the pictures of one wish. */
export function wildcardReader(database: Connection): (name: string) => readonly string[] | undefined {
  const read = new Map<string, readonly string[] | undefined>()
  return (name) => {
    const key = name.toLowerCase()
    if (!read.has(key)) {
      const found = readDraft(database, prefix + key) !== null
      read.set(key, found ? wildcardLines(textOf(database, prefix + key)) : undefined)
    }
    return read.get(key)
  }
}

function textOf(database: Connection, key: string): string {
  const value = readDraft(database, key)
  return typeof value === 'string' ? value : ''
}
