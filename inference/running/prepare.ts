import { mkdir } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { threadCount } from '../environment.ts'
import { fittingCheckpoint } from '../precision/fitting-checkpoint.ts'
import { cacheLimit, prepareParts } from '../precision/packed-parts.ts'
import type { PrepareTask } from '../protocol.ts'
import { fittingFor } from './loaded-models.ts'
import { openSaid } from './open-model.ts'
import type { TaskContext } from './task-queue.ts'

/**
 * Makes the forms in which a model opens quickly, at the lowest priority, in a process that does nothing else: it may
 * be killed at any time, what is not complete is never seen. Throws what opening throws.
 */
export async function runPrepare(task: PrepareTask, { runtime }: TaskContext): Promise<void> {
  const fitting = fittingFor(runtime)
  if (fitting === undefined) return
  setPriority(constants.priority.PRIORITY_LOW)
  await mkdir(fitting.cacheFolder, { recursive: true })
  const opened = await openSaid(task.model, task.override ?? {})
  const { checkpoint } = await fittingCheckpoint(opened, fitting)
  await prepareParts(checkpoint, {
    cacheFolder: fitting.cacheFolder,
    cacheLimit: runtime.cacheLimit ?? cacheLimit,
    threads: threadCount(runtime.threads),
  })
}
