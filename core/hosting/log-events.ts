import type { EventName, EventValue } from '../../contract/api.ts'
import type { Job } from '../../contract/job.ts'
import type { Work } from '../../contract/work.ts'
import type { LocalLog } from './local-log.ts'

const going = new Set(['queued', 'running'])

/** A listener that writes what ended and what changed, by codes alone. */
export function logging(
  log: LocalLog,
): <Name extends EventName>(name: Name, value: EventValue<Name>) => void {
  return (name, value) => {
    if (name === 'job.changed') {
      const job = value as Job
      if (going.has(job.state)) return
      const took = (job.endedAt ?? 0) - (job.startedAt ?? job.endedAt ?? 0)
      log.write('job', { kind: job.request.kind, state: job.state, code: job.failure?.code ?? 'none', took })
      for (const note of job.notes) log.write('job.note', { code: note.code })
    } else if (name === 'work.changed') {
      const work = value as Work
      if (work.state === 'running') return
      log.write('work', { kind: work.kind, state: work.state, code: work.failure?.code ?? 'none' })
    } else if (name === 'vault.changed') {
      log.write('vault', { state: (value as EventValue<'vault.changed'>).state })
    } else if (name === 'network.blocked' || name === 'library.emptied') log.write(name)
  }
}
