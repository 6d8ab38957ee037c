import type { Batch } from '../../contract/generation'
import type { Job } from '../../contract/job'

/** One place of a series: its label and the jobs that fill it. */
export type BatchPlace = { index: number; value: string; jobs: Job[] }
export type BatchView = { id: string; axis: Batch['axis']; places: BatchPlace[] }

export const batchOf = (job: Job | undefined): Batch | undefined =>
  job?.request.kind === 'generate' ? job.request.batch : undefined

/** All the jobs that were asked for together, in their places. Undefined when there are none any more. */
export function batchView(jobs: readonly Job[], id: string): BatchView | undefined {
  const places = new Map<number, BatchPlace>()
  let axis: Batch['axis'] | undefined
  for (const job of jobs) {
    const batch = batchOf(job)
    if (batch?.id !== id) continue
    axis = batch.axis
    const place = places.get(batch.index) ?? { index: batch.index, value: batch.value, jobs: [] }
    place.jobs.push(job)
    places.set(batch.index, place)
  }
  if (axis === undefined) return undefined
  return { id, axis, places: [...places.values()].sort((one, other) => one.index - other.index) }
}
