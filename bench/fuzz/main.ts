/**
 * Broken files for everything that parses: `node bench/fuzz/main.ts [inputs] [seed] [parser]`. Each parser runs in a
 * process of its own; one that dies or stands still for three minutes is a finding. Prints the table of
 * docs/durability.md and ends with 1 when anything but a typed error came out.
 */
import { fork } from 'node:child_process'
import process from 'node:process'
import { parsers } from './parsers.ts'
import { type FuzzResult, runParser } from './run-parser.ts'

const patience = 180_000

type Word = { type: 'input'; seed: number } | { type: 'result'; result: FuzzResult }

async function child(name: string, count: number, seed: number): Promise<void> {
  const tell = (word: Word) => process.send?.(word)
  const result = await runParser(
    name,
    count,
    seed,
    (own) => own % 50 === 0 && tell({ type: 'input', seed: own }),
  )
  tell({ type: 'result', result })
  setTimeout(() => process.exit(0), 100)
}

/** The result, or where it died. */
function inProcess(name: string, count: number, seed: number): Promise<FuzzResult | string> {
  return new Promise((resolve) => {
    const worker = fork(import.meta.filename, ['--child', name, String(count), String(seed)])
    let last = seed
    let answer: FuzzResult | undefined
    const limit = setTimeout(() => worker.kill('SIGKILL'), patience)
    worker.on('message', (word: Word) => {
      limit.refresh()
      if (word.type === 'input') last = word.seed
      else answer = word.result
    })
    worker.on('exit', (code, signal) => {
      clearTimeout(limit)
      resolve(answer ?? `died (${signal ?? code}) after seed ${last}`)
    })
  })
}

if (process.argv[2] === '--child') {
  await child(process.argv[3] ?? '', Number(process.argv[4]), Number(process.argv[5]))
} else {
  const count = Number(process.argv[2] ?? 10_000)
  const seed = Number(process.argv[3] ?? 1)
  const only = process.argv[4]
  let findings = 0
  console.log(
    '| parser | inputs | read all the same | typed errors | other errors | crashes | worst, ms | peak memory, MiB |',
  )
  console.log('|---|---|---|---|---|---|---|---|')
  for (const name of Object.keys(parsers).filter((each) => only === undefined || each === only)) {
    const result = await inProcess(name, count, seed)
    if (typeof result === 'string') {
      findings += 1
      console.log(`| ${name} | ${count} | | | | ${result} | | |`)
      continue
    }
    const { inputs, accepted, typed, untyped, worstMilliseconds, peakMemory } = result
    findings += untyped.length
    const other = inputs - accepted - typed
    console.log(
      `| ${name} | ${inputs} | ${accepted} | ${typed} | ${other} | 0 | ${worstMilliseconds.toFixed(0)} | ${Math.round(peakMemory / 2 ** 20)} |`,
    )
    for (const { seed: own, error } of untyped) console.error(`${name}, seed ${own}: ${error}`)
  }
  process.exitCode = findings === 0 ? 0 : 1
}
