import { readFileSync, readdirSync } from 'node:fs'
import process from 'node:process'
import type { JobRequestInput } from '../contract/generation.ts'
import type { Job } from '../contract/job.ts'
import type { Settings } from '../contract/settings.ts'
import { openRealStudio } from '../core/testing/real-studio.ts'

export type MemoryOfPolicy = {
  policy: Settings['keepModels']
  /** gigabytes; 0: none */
  ceiling: number
  job: Job
  /** megabytes: before anything was loaded, as the picture's record has it, right after the job, a while later */
  before: number
  peak: number
  after: number
  later: number
}

/** milliseconds without work after which 'idle' lets a model go here */
const usualIdle = 1500

/** Megabytes that the inference process of this process has in memory; Linux only. */
function residentMegabytes(): number {
  let pages = 0
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const [, parent] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8')) ?? []
      if (
        Number(parent) !== process.pid ||
        !readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('worker.ts')
      )
        continue
      pages += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] ?? 0)
    } catch {
      // It ended in between.
    }
  }
  return Math.round(pages / 1024)
}

/** One picture through the studio, and what the inference process held before, during and after it. */
export async function memoryOf(
  model: string,
  policy: Settings['keepModels'],
  ceiling: number,
  request: Partial<JobRequestInput>,
  idleMilliseconds = usualIdle,
): Promise<MemoryOfPolicy> {
  const studio = await openRealStudio({ runtime: { idleMilliseconds } })
  try {
    await studio.call('settings.change', { keepModels: policy, memoryCeiling: ceiling, precision: 'exact' })
    // Asking for the model starts the process and reads its header.
    const id = await studio.addModel(model)
    const before = residentMegabytes()
    const wish = {
      kind: 'generate',
      model: id,
      prompt: 'a boat',
      finish: 'none',
      steps: 2,
      seed: '1',
      ...request,
    }
    const job = await studio.run(wish as JobRequestInput)
    const after = residentMegabytes()
    await new Promise((resolve) => setTimeout(resolve, 2 * idleMilliseconds))
    const later = residentMegabytes()
    const [picture] = job.images
    const bytes =
      picture === undefined
        ? 0
        : ((await studio.call<{ peakMemory?: number }>('images.get', { id: picture })).peakMemory ?? 0)
    return { policy, ceiling, job, before, peak: Math.round(bytes / 2 ** 20), after, later }
  } finally {
    await studio.close()
  }
}
