import { join } from 'node:path'

import { InferenceSession } from 'onnxruntime-node'

import { loadFailure } from '../session-failure.ts'
import type { GraphSource } from '../session-source.ts'

const modelName = 'model.onnx'

/**
 * Opens a graph once and keeps what ONNX Runtime made of it: optimised, with weights already in the order of the
 * kernels. From then on it opens by mapping that file into memory. Needs as much memory as an ordinary opening, and
 * `folder` takes every weight (some of them twice).
 */
export async function writePacked(source: GraphSource, folder: string, threads: number): Promise<void> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    optimizedModelFilePath: join(folder, modelName),
    extra: {
      session: {
        optimized_model_external_initializers_file_name: 'model.bin',
        save_external_prepacked_constant_initializers: '1',
        ...(source.kind === 'bytes' && source.folder !== undefined
          ? { model_external_initializers_file_folder_path: source.folder }
          : {}),
      },
    },
  }
  try {
    const session =
      source.kind === 'bytes'
        ? await InferenceSession.create(source.bytes, options)
        : await InferenceSession.create(source.path, options)
    await session.release()
  } catch (cause) {
    throw loadFailure(source.path, 'packing', cause)
  }
}

/** What `writePacked` left in the folder. */
export function packedSource(folder: string): GraphSource {
  return { kind: 'file', path: join(folder, modelName) }
}
