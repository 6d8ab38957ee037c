import type { Job, JobStage } from '../../contract/job.ts'
import type { RuntimeOptions } from '../../inference/protocol.ts'

/** latents a side, half of the usual */
const smallTile = 32

/**
 * How to try again after the inference process died: on the CPU, which has no driver that could take it down, and, if
 * it died while it decoded, in small tiles. Where neither changes anything it is tried as it was: somebody else may
 * have needed the memory.
 */
export function gentler(
  runtime: RuntimeOptions,
  stage: JobStage,
): { runtime: RuntimeOptions; note: Job['notes'][number] } {
  return {
    runtime: {
      ...runtime,
      executionProvider: runtime.executionProvider === 'auto' ? 'auto' : 'cpu',
      ...(stage === 'decoding' ? { largestTile: smallTile } : {}),
    },
    note: { code: 'restarted-after-crash', detail: stage },
  }
}
