import type { RequestInput, RequestName } from '../contract/api.ts'
import type { Work, WorkResult } from '../contract/work.ts'
import type { StudioSession } from './studio-session.ts'
import { CommandFailure } from './usage.ts'

/** The requests that start a work: they answer with its id. */
export type WorkName =
  | Extract<RequestName, `${string}.start`>
  | 'gallery.publish'
  | 'models.export'
  | 'backup.restore'
  | 'privacy.exportData'
  | 'privacy.redact'

/** Starts a work and waits for its end; `onChange` hears how far it is. Throws its failure. */
export async function sessionWork<Name extends WorkName>(
  session: StudioSession,
  name: Name,
  input: RequestInput<Name>,
  onChange: (work: Work) => void = () => undefined,
): Promise<WorkResult> {
  let tell: (work: Work) => void = () => undefined
  const ended = new Promise<Work>((resolve) => (tell = resolve))
  const news = new Map<string, Work>()
  let id: string | undefined
  const stop = session.on('work.changed', (work) => {
    news.set(work.id, work)
    if (work.id !== id) return
    onChange(work)
    if (work.state !== 'running') tell(work)
  })
  try {
    id = ((await session.call(name, input)) as { id: string }).id
    const already = news.get(id)
    if (already !== undefined && already.state !== 'running') tell(already)
    const work = await ended
    if (work.failure !== undefined) throw new CommandFailure(work.failure)
    return work.result ?? { written: 0, bytes: 0, duplicates: 0, unreadable: [], place: '' }
  } finally {
    stop()
  }
}
