import { InferenceSession, Tensor } from 'onnxruntime-node'

import type { GraphSource } from '../session-source.ts'

export type Numbers = { data: Float32Array | BigInt64Array; shape: number[] }

/** Runs a graph once, for tests: what goes in is float32 or int64, what comes out is float32. */
export async function runGraph(
  source: GraphSource,
  feeds: Record<string, Numbers>,
): Promise<Record<string, { data: Float32Array; shape: number[] }>> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  const session =
    source.kind === 'file'
      ? await InferenceSession.create(source.path, options)
      : await InferenceSession.create(source.bytes, {
          ...options,
          ...(source.folder === undefined
            ? {}
            : { extra: { session: { model_external_initializers_file_folder_path: source.folder } } }),
        })
  try {
    const tensors = Object.fromEntries(
      Object.entries(feeds)
        .filter(([name]) => session.inputNames.includes(name))
        .map(([name, { data, shape }]) => [
          name,
          data instanceof Float32Array
            ? new Tensor('float32', data, shape)
            : new Tensor('int64', data, shape),
        ]),
    )
    const results = await session.run(tensors)
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [
        name,
        { data: tensor.data as Float32Array, shape: [...tensor.dims] },
      ]),
    )
  } finally {
    await session.release()
  }
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number))
    if (!(difference <= largest)) largest = difference
  }
  return largest
}
