import { SanggarError, type Failure } from '../../contract/errors.ts'
import type { ModelOverride } from '../../contract/model.ts'
import type {
  FromInference,
  InferenceTask,
  ModelDescription,
  RuntimeOptions,
} from '../../inference/protocol.ts'
import type { Host, InferenceProcess } from '../host.ts'

type Ready = Extract<FromInference, { type: 'ready' }>
type OfTask = Extract<FromInference, { type: 'progress' | 'preview' | 'checkpoint' | 'picture' }>

/**
 * The inference process as core sees it: started when it is needed, started again after it died. Its death ends
 * what it was asked with 'inference-crashed' and nothing else.
 */
export type InferenceClient = {
  /** Resolves when the task is done; throws its failure. `onMessage` gets progress, previews and pictures. */
  run(
    id: string,
    task: InferenceTask,
    runtime: RuntimeOptions,
    onMessage: (message: OfTask) => void,
  ): Promise<void>
  cancel(id: string): void
  describe(path: string, override?: ModelOverride): Promise<ModelDescription>
  /** What ONNX Runtime is there; starts the process. */
  ready(): Promise<Ready>
  release(): void
  /** Ends the process and whatever it does; the next task starts another. */
  restart(): void
  close(): void
}

type Waiting = {
  resolve(message: FromInference): void
  reject(failure: Failure, cause?: unknown): void
  onMessage?: (message: OfTask) => void
}

export function createInferenceClient(host: Host): InferenceClient {
  let process: InferenceProcess | undefined
  let ready: Promise<Ready> | undefined
  let lastQuestion = 0
  let closed = false
  const waiting = new Map<string, Waiting>()

  function start(): { process: InferenceProcess; ready: Promise<Ready> } {
    if (closed) throw new SanggarError({ code: 'cancelled' })
    if (process !== undefined && ready !== undefined) return { process, ready }
    const started = host.spawnInference()
    process = started
    ready = new Promise<Ready>((resolve, reject) => {
      started.onMessage((message) => {
        if (message.type === 'ready') resolve(message)
        else receive(message)
      })
      started.onExit((reason) => {
        if (process === started) process = ready = undefined
        const failure: Failure = closed
          ? { code: 'cancelled' }
          : { code: 'inference-crashed', signal: reason }
        reject(new SanggarError(failure))
        const ended = [...waiting.values()]
        waiting.clear()
        for (const entry of ended) entry.reject(failure)
      })
    })
    // Nobody may be waiting for readiness when the process dies; those who wait for an answer are told above.
    ready.catch(() => undefined)
    return { process: started, ready }
  }

  function receive(message: Exclude<FromInference, Ready>): void {
    const entry = waiting.get(message.id)
    if (entry === undefined) return // a late word of a cancelled task
    switch (message.type) {
      case 'progress':
      case 'preview':
      case 'checkpoint':
      case 'picture':
        entry.onMessage?.(message)
        return
      case 'failed':
        waiting.delete(message.id)
        entry.reject(message.failure)
        return
      default:
        waiting.delete(message.id)
        entry.resolve(message)
    }
  }

  function ask(id: string, send: (to: InferenceProcess) => void, onMessage?: Waiting['onMessage']) {
    return new Promise<FromInference>((resolve, reject) => {
      const entry: Waiting = {
        resolve,
        reject: (failure, cause) => reject(new SanggarError(failure, { cause })),
        ...(onMessage === undefined ? {} : { onMessage }),
      }
      waiting.set(id, entry)
      try {
        send(start().process)
      } catch (error) {
        waiting.delete(id)
        reject(error)
      }
    })
  }

  return {
    async run(id, task, runtime, onMessage) {
      await ask(id, (to) => to.send({ type: 'run', id, task, runtime }), onMessage)
    },
    cancel(id) {
      process?.send({ type: 'cancel', id })
    },
    async describe(path, override) {
      const id = `describe-${++lastQuestion}`
      const question = {
        type: 'describe',
        id,
        path,
        ...(override === undefined ? {} : { override }),
      } as const
      const answer = await ask(id, (to) => to.send(question))
      if (answer.type !== 'described') throw new Error(`unexpected answer ${answer.type}`)
      return answer.description
    },
    ready() {
      return start().ready
    },
    release() {
      process?.send({ type: 'release' })
    },
    restart() {
      process?.kill()
    },
    close() {
      closed = true
      process?.kill()
    },
  }
}
