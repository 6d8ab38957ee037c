import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { noiseTable } from '../../inference/schedulers/noise-table.ts'
import { createScheduler } from '../../inference/schedulers/scheduler.ts'
import { absoluteDifference, beyond } from '../comparison.ts'
import { examine, skipped, type CaseResult } from '../result.ts'
import { compareCase, compareSigmas, compareTimesteps, readTensors } from '../scheduler-case.ts'

export const name = 'schedulers'

type GridEntry = {
  scheduler_class: string
  constructor_args: Record<string, unknown>
  runs: { n: number; timesteps?: number[]; sigmas_first_last?: [number, number, number]; error?: string }[]
}

/** The configurations behind alpha_tables.safetensors. */
const alphaTables: Record<string, Record<string, unknown>> = {
  scaled_linear: { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' },
  linear: { beta_start: 0.0001, beta_end: 0.02, beta_schedule: 'linear' },
  scaled_linear_zsnr: {
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    rescale_betas_zero_snr: true,
  },
  squaredcos_cap_v2: { beta_schedule: 'squaredcos_cap_v2' },
}

/** Without an index every JSON file that tells a trace is one. */
async function tracesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'))
  const found: string[] = []
  for (const file of names.toSorted()) {
    const json = await readJson<Record<string, unknown>>(join(folder, file))
    if (json?.['scheduler_class'] !== undefined && json['timesteps'] !== undefined)
      found.push(basename(file, '.json'))
  }
  return found
}

/** Every trace of index.json, the noise tables, and the timesteps of timestep_grid.json, one case per configuration. */
export async function* run(root: string): AsyncGenerator<CaseResult> {
  const folder = join(root, 'schedulers')
  const index = await readJson<{ cases: { id: string }[] }>(join(folder, 'index.json'))
  const ids = index?.cases.map(({ id }) => id) ?? (await tracesIn(folder))
  if (ids.length === 0) yield skipped('traces', 'schedulers/ has none')
  for (const id of ids) yield await examine(id, async () => compareCase(folder, id))
  if ((await readFile(join(folder, 'alpha_tables.safetensors')).catch(() => undefined)) === undefined) {
    yield skipped('alpha tables', 'schedulers/alpha_tables.safetensors is absent')
  } else {
    const expected = await readTensors(join(folder, 'alpha_tables.safetensors'))
    for (const table of Object.keys(alphaTables)) {
      yield await examine(`alphas_cumprod.${table}`, () => compareTable(table, expected))
    }
  }
  const grid = await readJson<GridEntry[]>(join(folder, 'timestep_grid.json'))
  if (grid === undefined) yield skipped('timestep grid', 'schedulers/timestep_grid.json is absent')
  for (const entry of grid ?? []) {
    const settings = JSON.stringify(entry.constructor_args)
    yield await examine(`grid ${entry.scheduler_class} ${settings}`, () => compareGrid(entry))
  }
}

async function readJson<Value>(path: string): Promise<Value | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Value
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** To the bit, but where the recipe takes square roots, which torch's vector library does not always round. */
function compareTable(table: string, expected: Record<string, Float32Array>): string[] {
  const { alphasCumprod } = noiseTable(alphaTables[table] ?? {}, { zeroSnr: 'kept' })
  const difference = absoluteDifference(alphasCumprod, expected[`alphas_cumprod.${table}`] ?? [])
  return beyond('entries', difference, table.endsWith('zsnr') ? 2e-7 : 0)
}

function compareGrid(entry: GridEntry): string[] {
  const config = { ...entry.constructor_args, _class_name: entry.scheduler_class }
  return entry.runs.flatMap(({ n, timesteps, sigmas_first_last: ends, error }) => {
    // What the reference refuses is no promise.
    if (timesteps === undefined || error !== undefined) return []
    const { schedule } = createScheduler(config, { steps: n })
    const sigmas = schedule.sigmas ?? []
    const own = [sigmas[0] ?? 0, sigmas.at(-2) ?? 0, sigmas.at(-1) ?? 0]
    const problems = [
      ...compareTimesteps(schedule.timesteps, timesteps, timesteps.every(Number.isInteger)),
      ...(ends === undefined ? [] : compareSigmas(own, ends)),
    ]
    return problems.map((problem) => `n=${n}: ${problem}`)
  })
}
