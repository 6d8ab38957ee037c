import { SanggarError } from '../../contract/errors.ts'
import type { InferenceClient } from './inference-client.ts'

/** One inference client for several runners: a task starts when the one before has ended, whoever asked for it. */
export function takeTurns(client: InferenceClient): InferenceClient {
  let last: Promise<void> = Promise.resolve()
  /** ends the waiting of a task that has not begun */
  const waiting = new Map<string, (reason: SanggarError) => void>()

  return {
    ...client,
    run(id, task, runtime, onMessage) {
      return new Promise((resolve, reject) => {
        waiting.set(id, reject)
        const turn = last.then(() => {
          // Cancelled while it waited: its turn is nobody's.
          if (!waiting.delete(id)) return undefined
          return client.run(id, task, runtime, onMessage)
        })
        last = turn.catch(() => undefined)
        turn.then(resolve, reject)
      })
    },
    cancel(id) {
      const end = waiting.get(id)
      if (end === undefined) client.cancel(id)
      else {
        waiting.delete(id)
        end(new SanggarError({ code: 'cancelled' }))
      }
    },
  }
}
