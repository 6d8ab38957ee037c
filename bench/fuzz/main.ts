/**
 * Broken files for everything that parses:
 * `node bench/fuzz/main.ts [--inputs 10000] [--seed 1] [--parser NAME] [--results FILE] [--table]`.
 * Each parser runs in a process of its own; one that dies or stands still for three minutes is a finding. `results`
 * is a file in which runs with other seeds add up; `--table` prints what it holds. Ends with 1 when anything but a
 * typed error came out.
 */
import { fork } from 'node:child_process'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { parsers } from './parsers.ts'
import { type Part, keepParts, tableOf } from './results.ts'
import { type FuzzResult, runParser } from './run-parser.ts'

const patience = 180_000
const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    parser: { type: 'string' },
    results: { type: 'string' },
    table: { type: 'boolean', default: false },
    child: { type: 'boolean', default: false },
  },
})
const count = Number(values.inputs)
const seed = Number(values.seed)

type Word = { type: 'input'; seed: number } | { type: 'result'; result: FuzzResult }

async function child(name: string): Promise<void> {
  const tell = (word: Word) => process.send?.(word)
  const onInput = (own: number) => own % 50 === 0 && tell({ type: 'input', seed: own })
  tell({ type: 'result', result: await runParser(name, count, seed, onInput) })
  setTimeout(() => process.exit(0), 100)
}

function inProcess(parser: string): Promise<Part> {
  return new Promise((resolve) => {
    const given = ['--child', '--parser', parser, '--inputs', String(count), '--seed', String(seed)]
    const worker = fork(import.meta.filename, given)
    let last = seed
    let result: FuzzResult | undefined
    const limit = setTimeout(() => worker.kill('SIGKILL'), patience)
    worker.on('message', (word: Word) => {
      limit.refresh()
      if (word.type === 'input') last = word.seed
      else result = word.result
    })
    worker.on('exit', (code, signal) => {
      clearTimeout(limit)
      const died = `${signal ?? code} after seed ${last}`
      resolve({ parser, seed, count, ...(result === undefined ? { died } : { result }) })
    })
  })
}

if (values.child) await child(values.parser ?? '')
else {
  const parts: Part[] = []
  const asked = Object.keys(parsers).filter((name) => values.parser === undefined || name === values.parser)
  if (asked.length === 0) throw new Error(`no parser ${values.parser}: ${Object.keys(parsers).join(', ')}`)
  for (const name of values.table ? [] : asked) {
    const part = await inProcess(name)
    parts.push(part)
    if (part.died !== undefined) console.error(`${name}: died, ${part.died}`)
    for (const { seed: own, error } of part.result?.untyped ?? [])
      console.error(`${name}, seed ${own}: ${error}`)
  }
  console.log(tableOf(keepParts(parts, values.results)))
  const isClean = parts.every(({ died, result }) => died === undefined && result?.untyped.length === 0)
  process.exitCode = isClean ? 0 : 1
}
