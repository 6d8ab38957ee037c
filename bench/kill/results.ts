import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export type Run = {
  seed: number
  rounds: number
  clean: number
  killedDuring: Record<string, number>
  problems: string[]
}

/** Keeps the run with those before it, one JSON object per line; gives them all. Without a file: this run alone. */
export function keepRun(run: Run, file: string | undefined): Run[] {
  if (file === undefined) return [run]
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const before = lines.map((line) => JSON.parse(line) as Run)
  if (before.some(({ seed }) => seed === run.seed)) throw new Error(`seed ${run.seed} is in ${file} already`)
  appendFileSync(file, `${JSON.stringify(run)}\n`)
  return [...before, run]
}

/** Markdown: where the kills fell, and what was found. */
export function tableOf(runs: readonly Run[]): string {
  const kills: Record<string, number> = {}
  for (const { killedDuring } of runs) {
    for (const [what, count] of Object.entries(killedDuring)) kills[what] = (kills[what] ?? 0) + count
  }
  const sum = (count: (run: Run) => number) => runs.reduce((total, run) => total + count(run), 0)
  const rows = Object.entries(kills).toSorted(([, one], [, other]) => other - one)
  return [
    '| killed while | times |',
    '|---|---|',
    ...rows.map(([what, count]) => `| ${what} | ${count} |`),
    '',
    `${sum(({ clean }) => clean)} of ${sum(({ rounds }) => rounds)} rounds clean (seeds ${runs.map(({ seed }) => seed).join(', ')})`,
  ].join('\n')
}
