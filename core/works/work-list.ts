import { SanggarError, failureOf } from '../../contract/errors.ts'
import type { Work, WorkResult } from '../../contract/work.ts'
import { newId } from '../vault/identifier.ts'

export type WorkReport = {
  /** Throws 'cancelled' when somebody cancelled: call it between items. */
  progress(done: number, total: number): void
  signal: AbortSignal
}

export type WorkList = {
  start(kind: Work['kind'], run: (report: WorkReport) => Promise<WorkResult>): { id: string }
  list(): Work[]
  cancel(id: string): void
  /** Cancels everything and waits for it. */
  close(): Promise<void>
}

/** milliseconds between two announcements of one work: 10,000 files need not be 10,000 events */
const announceEvery = 100
const endedKept = 20

export function createWorkList(onWork: (work: Work) => void): WorkList {
  const works = new Map<string, { work: Work; abort: AbortController; ended: Promise<void> }>()

  return {
    start(kind, run) {
      const id = newId()
      const abort = new AbortController()
      let work: Work = { id, kind, state: 'running', done: 0, total: 0, startedAt: Date.now() }
      let announcedAt = 0
      const change = (next: Partial<Work>, always: boolean) => {
        work = { ...work, ...next }
        const entry = works.get(id)
        if (entry !== undefined) entry.work = work
        if (always || Date.now() - announcedAt >= announceEvery) {
          announcedAt = Date.now()
          onWork(work)
        }
      }
      const report: WorkReport = {
        signal: abort.signal,
        progress(done, total) {
          if (abort.signal.aborted) throw new SanggarError({ code: 'cancelled' })
          change({ done, total }, false)
        },
      }
      const ended = Promise.resolve()
        .then(() => run(report))
        .then(
          (result) => change({ state: 'done', result, endedAt: Date.now() }, true),
          (error: unknown) => {
            const failure = failureOf(error)
            const state = failure.code === 'cancelled' ? 'cancelled' : 'failed'
            change({ state, failure, endedAt: Date.now() }, true)
          },
        )
      works.set(id, { work, abort, ended })
      forgetOldest()
      change({}, true)
      return { id }
    },
    list: () => [...works.values()].map((entry) => entry.work),
    cancel(id) {
      const entry = works.get(id)
      if (entry === undefined) throw new SanggarError({ code: 'not-found', what: 'work', id })
      entry.abort.abort()
    },
    async close() {
      for (const { abort } of works.values()) abort.abort()
      await Promise.all([...works.values()].map(({ ended }) => ended))
    },
  }

  function forgetOldest(): void {
    const ended = [...works.values()].filter(({ work }) => work.state !== 'running')
    for (const { work } of ended.slice(0, Math.max(0, ended.length - endedKept))) works.delete(work.id)
  }
}
