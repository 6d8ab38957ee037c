import { SanggarError } from '../../contract/errors.ts'
import type { RestoreTask, UpscaleTask } from '../protocol.ts'
import type { TaskContext } from './task-queue.ts'

/** Throws 'capability-missing' until upscalers can be opened. */
export async function runUpscale(task: UpscaleTask | RestoreTask, context: TaskContext): Promise<void> {
  await context.pause()
  throw new SanggarError({ code: 'capability-missing', model: task.model, capability: task.kind })
}
