import { setImmediate as turn } from 'node:timers/promises'
import { SanggarError, failureOf } from '../../contract/errors.ts'
import type { FromInference, InferenceTask, RuntimeOptions } from '../protocol.ts'

export type TaskContext = {
  id: string
  runtime: RuntimeOptions
  send(message: FromInference): void
  /** Lets messages arrive; throws 'cancelled' when one said so. */
  pause(): Promise<void>
}

type Waiting = { id: string; task: InferenceTask; runtime: RuntimeOptions }

export type QueueOptions = {
  run(task: InferenceTask, context: TaskContext): Promise<void>
  /** how long after the last task, by its options, `onIdle` is called; undefined: never */
  idleAfter(runtime: RuntimeOptions): number | undefined
  onIdle(): Promise<void>
}

/** Tasks one after the other. Every task ends with exactly one 'done' or 'failed'. */
export class TaskQueue {
  readonly #send: (message: FromInference) => void
  readonly #options: QueueOptions
  readonly #waiting: Waiting[] = []
  readonly #afterwards: (() => Promise<void>)[] = []
  readonly #cancelled = new Set<string>()
  #running: string | undefined
  #idleTimer: NodeJS.Timeout | undefined

  constructor(send: (message: FromInference) => void, options: QueueOptions) {
    this.#send = send
    this.#options = options
  }

  add(id: string, task: InferenceTask, runtime: RuntimeOptions): void {
    this.#waiting.push({ id, task, runtime })
    if (this.#running === undefined) void this.#work()
  }

  /** A task that waits ends at once, the one that runs before its next call of a network. */
  cancel(id: string): void {
    const index = this.#waiting.findIndex((waiting) => waiting.id === id)
    if (index >= 0) {
      this.#waiting.splice(index, 1)
      this.#send({ type: 'failed', id, failure: { code: 'cancelled' } })
    } else if (this.#running === id) this.#cancelled.add(id)
  }

  /** Runs `action` when no task does. */
  async whenIdle(action: () => Promise<void>): Promise<void> {
    if (this.#running === undefined) return action()
    this.#afterwards.push(action)
  }

  async #work(): Promise<void> {
    clearTimeout(this.#idleTimer)
    let idleAfter: number | undefined
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { id, task, runtime } = next
      this.#running = id
      idleAfter = this.#options.idleAfter(runtime)
      try {
        await this.#options.run(task, { id, runtime, send: this.#send, pause: () => this.#pause(id) })
        this.#send({ type: 'done', id })
      } catch (error) {
        this.#send({ type: 'failed', id, failure: failureOf(error) })
      }
      this.#cancelled.delete(id)
      this.#running = undefined
      for (const action of this.#afterwards.splice(0)) await action()
    }
    if (idleAfter === undefined) return
    if (idleAfter === 0) return this.#options.onIdle()
    this.#idleTimer = setTimeout(() => void this.#options.onIdle(), idleAfter)
    this.#idleTimer.unref()
  }

  async #pause(id: string): Promise<void> {
    await turn()
    if (this.#cancelled.has(id)) throw new SanggarError({ code: 'cancelled' })
  }
}
