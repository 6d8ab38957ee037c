import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ModelOverride } from '../../contract/model.ts'
import type { WorkResult } from '../../contract/work.ts'
import type { ExportTask } from '../../inference/protocol.ts'
import type { InferenceClient } from '../jobs/inference-client.ts'
import { newId } from '../vault/identifier.ts'
import type { WorkReport } from '../works/work-list.ts'

/** A model as an ONNX folder for other programs, written by the inference process. Throws what that throws. */
export async function exportModel(
  inference: InferenceClient,
  model: { path: string; override?: ModelOverride },
  folder: string,
  report: WorkReport,
): Promise<WorkResult> {
  const id = newId()
  const task: ExportTask = {
    kind: 'export',
    model: model.path,
    ...(model.override === undefined ? {} : { override: model.override }),
    folder,
  }
  const cancel = () => inference.cancel(id)
  report.signal.addEventListener('abort', cancel)
  try {
    const runtime = { executionProvider: 'cpu', threads: 0, memoryCeiling: 0 } as const
    await inference.run(id, task, runtime, (message) => {
      if (message.type === 'progress' && !report.signal.aborted) report.progress(message.step, message.steps)
    })
  } finally {
    report.signal.removeEventListener('abort', cancel)
  }
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const written = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name))
  let bytes = 0
  for (const file of written) bytes += (await stat(file)).size
  return { written: written.length, bytes, duplicates: 0, unreadable: [], place: folder }
}
