import { exportOnnx } from '../checkpoints/export-onnx.ts'
import type { ExportTask } from '../protocol.ts'
import { openSaid } from './open-model.ts'
import type { TaskContext } from './task-queue.ts'

/** A checkpoint written as an ONNX folder. Throws as `exportOnnx`, and 'cancelled'. */
export async function runExport(task: ExportTask, { id, send, pause }: TaskContext): Promise<void> {
  const checkpoint = await openSaid(task.model, task.override ?? {})
  await exportOnnx(checkpoint, task.folder, {
    async onPiece(step, steps) {
      send({ type: 'progress', id, stage: 'saving', step, steps, picture: 0, pictures: 1 })
      await pause()
    },
  })
}
