import type { JobRequestInput } from '../../contract/generation'
import type { StudioState } from './studio'

/** Every job of the interface begins here, so that what is made in an incognito session stays in it. */
export const submitJob = (
  { api, incognito }: Pick<StudioState, 'api' | 'incognito'>,
  request: JobRequestInput,
) => api.call('jobs.submit', { ...request, ...(incognito.get() && { incognito: true }) })

/** Before everything that waits, but for the first `from` of it; answers how many stand there now. */
export async function moveFirst(
  { api }: Pick<StudioState, 'api'>,
  ids: readonly string[],
  from = 0,
): Promise<number> {
  let waiting = from
  for (const id of ids) {
    // The first of them may run already.
    if ((await api.call('jobs.move', { id, index: waiting })).ok) waiting += 1
  }
  return waiting
}
