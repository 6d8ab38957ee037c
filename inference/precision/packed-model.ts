import { join } from 'node:path'

import { InferenceSession } from 'onnxruntime-node'

import { encodeModel } from '../graph/onnx.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { loadFailure } from '../session-failure.ts'
import type { GraphSource } from '../session-source.ts'
import { withHiddenShapes } from './hidden-shapes.ts'

const modelName = 'model.onnx'

/**
 * asStored: float32 weights. Matrices in the order of the kernels would have to be made, hashed and compared with the
 * kept ones at every opening (that is how ONNX Runtime finds them), a second for 860 million weights, and
 * multiplications are no faster with them, even of 32 rows. inOrder: weights in 8 or 4 bits, where they are.
 */
export type Packing = 'asStored' | 'inOrder'

/**
 * Opens a graph once and keeps what ONNX Runtime made of it: optimised, kernels of convolutions in blocks of channels,
 * and matrices as `packing` says. From then on it opens by mapping that file into memory. Needs as much memory as an
 * ordinary opening, and `folder` takes every weight (those in order twice).
 */
export async function writePacked(
  source: BuiltGraph,
  folder: string,
  { threads, packing }: { threads: number; packing: Packing },
): Promise<void> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    optimizedModelFilePath: join(folder, modelName),
    extra: {
      session: {
        optimized_model_external_initializers_file_name: 'model.bin',
        ...(packing === 'inOrder'
          ? { save_external_prepacked_constant_initializers: '1' }
          : { disable_prepacking: '1' }),
        ...(source.folder !== undefined
          ? { model_external_initializers_file_folder_path: source.folder }
          : {}),
      },
    },
  }
  try {
    // With its shapes hidden ONNX Runtime finds less to merge in float32, and the planner takes little time there.
    const bytes = packing === 'inOrder' ? encodeModel(withHiddenShapes(source.model)) : source.bytes
    const session = await InferenceSession.create(bytes, options)
    await session.release()
  } catch (cause) {
    throw loadFailure(source.path, 'packing', cause)
  }
}

/** What `writePacked` left in the folder. */
export function packedSource(folder: string, packing: Packing): GraphSource {
  return { kind: 'file', path: join(folder, modelName), asStored: packing === 'asStored', own: true }
}
