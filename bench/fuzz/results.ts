import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { FuzzResult } from './run-parser.ts'

/** What came of some inputs: a result, or where the process died. */
export type Part = { parser: string; seed: number; count: number; result?: FuzzResult; died?: string }

/** Keeps what came out, one JSON object per line, and gives everything that the file holds. Without one: this alone. */
export function keepParts(parts: readonly Part[], file: string | undefined): Part[] {
  if (file === undefined) return [...parts]
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  const before = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Part)
  appendFileSync(file, parts.map((part) => `${JSON.stringify(part)}\n`).join(''))
  return [...before, ...parts]
}

const titles = [
  'parser',
  'inputs',
  'read all the same',
  'typed errors',
  'other errors',
  'crashes',
  'worst, ms',
  'peak memory, MiB',
]

/** Markdown; the parts of one parser add up. */
export function tableOf(parts: readonly Part[]): string {
  const rows = [...new Set(parts.map(({ parser }) => parser))].map((parser) => {
    const own = parts.filter((part) => part.parser === parser)
    const results = own.flatMap(({ result }) => (result === undefined ? [] : [result]))
    const sum = (count: (result: FuzzResult) => number) =>
      results.reduce((total, result) => total + count(result), 0)
    const most = (value: (result: FuzzResult) => number) => Math.max(0, ...results.map(value))
    const cells = [
      parser,
      sum(({ inputs }) => inputs),
      sum(({ accepted }) => accepted),
      sum(({ typed }) => typed),
      sum(({ inputs, accepted, typed }) => inputs - accepted - typed),
      own.filter(({ died }) => died !== undefined).length,
      most(({ worstMilliseconds }) => worstMilliseconds).toFixed(0),
      Math.round(most(({ peakMemory }) => peakMemory) / 2 ** 20),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [`| ${titles.join(' | ')} |`, `|${'---|'.repeat(titles.length)}`, ...rows].join('\n')
}
