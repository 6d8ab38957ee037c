import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from 'onnxruntime-node'
import { z } from 'zod'
import { type ProviderName, providerNames } from './providers.ts'
import type { GraphSource } from './session-source.ts'

const provider = z.enum(providerNames)

/** What a trial found: who is to run a graph from now on, in how many milliseconds, and who gave no right answer. */
const trialSchema = z.object({
  provider,
  milliseconds: z.partialRecord(provider, z.number()),
  failed: z.array(z.object({ provider, reason: z.enum(['failed', 'numbers']) })),
})
export type Trial = z.output<typeof trialSchema>

export type TrialMemory = {
  get(key: string): Promise<Trial | undefined>
  set(key: string, trial: Trial): Promise<void>
}

const fileName = 'provider-trials.json'
const fileSchema = z.record(z.string(), trialSchema)
/** Models come and go; the oldest findings go first. */
const mostKept = 500

/**
 * Trials in one file of `folder`, by keys that name no path; without a folder for this process only. A file that
 * cannot be read or written means that the trials are made again: it is never an error.
 */
export function openTrialMemory(folder: string | undefined): TrialMemory {
  let known: Promise<Record<string, Trial>> | undefined
  const read = (): Promise<Record<string, Trial>> => (known ??= readTrials(folder))
  return {
    get: async (key) => (await read())[key],
    async set(key, trial) {
      const all = await read()
      delete all[key]
      all[key] = trial
      for (const old of Object.keys(all).slice(0, -mostKept)) delete all[old]
      if (folder !== undefined) await writeTrials(folder, all)
    },
  }
}

const shared = new Map<string | undefined, TrialMemory>()

/** One for all that is open at a time: two would write over each other's findings. */
export function trialsIn(folder: string | undefined): TrialMemory {
  const memory = shared.get(folder) ?? openTrialMemory(folder)
  shared.set(folder, memory)
  return memory
}

async function readTrials(folder: string | undefined): Promise<Record<string, Trial>> {
  if (folder === undefined) return {}
  try {
    return fileSchema.parse(JSON.parse(await readFile(join(folder, fileName), 'utf8')))
  } catch {
    return {} // Absent, damaged or of another version: the next trials fill it again.
  }
}

async function writeTrials(folder: string, trials: Record<string, Trial>): Promise<void> {
  const partial = join(folder, `.${fileName}.${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(partial, JSON.stringify(trials))
    await rename(partial, join(folder, fileName))
  } catch {
    // A full or protected disk: this process still knows.
  }
}

/** One graph of one file, this version of ONNX Runtime, these providers: any change makes it another trial. */
export async function trialKey(
  source: GraphSource,
  stage: string,
  candidates: readonly ProviderName[],
): Promise<string> {
  const found = await stat(source.path).catch(() => undefined)
  const graph = source.kind === 'bytes' ? createHash('sha256').update(source.bytes).digest('hex') : ''
  const version = env.versions.node ?? env.versions.common
  const parts = [source.path, found?.size, found?.mtimeMs, graph, stage, version, [...candidates].sort()]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
