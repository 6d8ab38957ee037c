import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * [Note: Local log]
 *
 * What happened, for a report that somebody chooses to show: never a prompt, a title, a name of a file or a path. That
 * is no matter of care where a line is written: a value is a number, a switch, or a word of at most 40 letters, digits,
 * dots and dashes, which is what codes look like; anything else is written as "?". Three files of a quarter of a
 * megabyte in the data directory, oldest first to go.
 */
export type LocalLog = {
  write(event: string, fields?: Record<string, unknown>): void
  /** The newest lines, oldest first. */
  tail(lines: number): string[]
  bytes(): number
  /** All of it; what happens next begins anew. Gives how many files there were. */
  erase(): number
}

export const logFolder = 'logs'
const fileName = 'sanggar.log'
const fileBytes = 256 * 1024
const filesKept = 3
const ages = Array.from({ length: filesKept }, (_, age) => age)
const harmless = /^[a-z0-9][a-z0-9._-]{0,39}$/i

export function openLocalLog(dataDirectory: string): LocalLog {
  const folder = path.join(dataDirectory, logFolder)
  const fileOf = (age: number) => path.join(folder, age === 0 ? fileName : `${fileName}.${age}`)

  function rotate(): void {
    rmSync(fileOf(filesKept - 1), { force: true })
    for (let age = filesKept - 2; age >= 0; age--) {
      try {
        renameSync(fileOf(age), fileOf(age + 1))
      } catch {
        continue // not there yet
      }
    }
  }

  return {
    write(event, fields = {}) {
      const parts = Object.entries(fields).map(([name, value]) => `${shown(name)}=${shown(value)}`)
      const line = `${new Date().toISOString()} ${[shown(event), ...parts].join(' ')}\n`
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        if (sizeOf(fileOf(0)) + line.length > fileBytes) rotate()
        appendFileSync(fileOf(0), line, { mode: 0o600 })
      } catch {
        // A full or read-only disk has louder messengers than its log.
      }
    },
    tail(lines) {
      const all: string[] = []
      for (let age = 0; age < filesKept && all.length < lines; age++) {
        all.unshift(...textOf(fileOf(age)).split('\n').filter(Boolean))
      }
      return all.slice(-lines)
    },
    bytes: () => ages.reduce((sum, age) => sum + sizeOf(fileOf(age)), 0),
    erase() {
      const there = ages.filter((age) => statSync(fileOf(age), { throwIfNoEntry: false }) !== undefined)
      for (const age of there) rmSync(fileOf(age), { force: true })
      return there.length
    },
  }
}

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && harmless.test(value) ? value : '?'
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
