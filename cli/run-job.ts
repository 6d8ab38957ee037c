import type { Job } from '../contract/job.ts'
import type { JobRequestInput } from '../contract/generation.ts'
import { progressLine } from './progress-line.ts'
import type { StudioSession } from './studio-session.ts'
import type { Terminal } from './usage.ts'

const ended = new Set(['done', 'failed', 'cancelled', 'interrupted'])

/** Submits a job and waits for its end, whichever that is. Ctrl-C cancels it. */
export function runJob(session: StudioSession, request: JobRequestInput, terminal: Terminal): Promise<Job> {
  return waitForJob(session, terminal, () => session.call('jobs.submit', request))
}

/** Waits for the end of the job that `begin` starts or starts again. Ctrl-C cancels it. */
export async function waitForJob(
  session: StudioSession,
  terminal: Terminal,
  begin: () => Promise<{ id: string }>,
): Promise<Job> {
  const seen = new Map<string, Job>()
  let finish: (job: Job) => void = () => undefined
  let wanted: string | undefined
  const stop = session.on('job.changed', (job) => {
    seen.set(job.id, job)
    if (job.id !== wanted) return
    if (ended.has(job.state)) finish(job)
    else if (job.progress !== undefined) terminal.status?.(progressLine(job.progress))
  })
  const cancel = () => {
    if (wanted !== undefined) void session.call('jobs.cancel', { id: wanted })
  }
  terminal.signal.addEventListener('abort', cancel)
  try {
    const { id } = await begin()
    wanted = id
    if (terminal.signal.aborted) cancel()
    const already = seen.get(id)
    return already !== undefined && ended.has(already.state)
      ? already
      : await new Promise<Job>((resolve) => (finish = resolve))
  } finally {
    stop()
    terminal.signal.removeEventListener('abort', cancel)
    terminal.status?.('')
  }
}
