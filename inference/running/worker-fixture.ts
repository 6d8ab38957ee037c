import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Failure } from '../../contract/errors.ts'
import { telemetryOff } from '../environment.ts'
import type { FromInference, InferenceTask, RuntimeOptions } from '../protocol.ts'

type Picture = Extract<FromInference, { type: 'picture' }>
export type Outcome = { messages: FromInference[]; pictures: Picture[]; failure?: Failure }

export type Worker = {
  /** everything that was said of one task until it was done or had failed */
  run(task: InferenceTask, runtime?: Partial<RuntimeOptions>): Promise<Outcome>
  close(): void
}

const usual: RuntimeOptions = { executionProvider: 'cpu', threads: 1, memoryCeiling: 0 }

/** The inference process as core starts it, for tests of the whole way from a task to pixels. */
export async function startWorker(): Promise<Worker> {
  const child = fork(join(import.meta.dirname, '..', 'worker.ts'), [], {
    serialization: 'advanced',
    env: { ...telemetryOff },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  await until(child, (message) => message.type === 'ready')
  let last = 0
  return {
    async run(task, runtime = {}) {
      const id = `task ${++last}`
      const messages: FromInference[] = []
      const ended = until(child, (message) => {
        if (!('id' in message) || message.id !== id) return false
        messages.push(message)
        return message.type === 'done' || message.type === 'failed'
      })
      child.send({ type: 'run', id, task, runtime: { ...usual, ...runtime } })
      const end = await ended
      const pictures = messages.filter((message) => message.type === 'picture')
      return { messages, pictures, ...(end.type === 'failed' ? { failure: end.failure } : {}) }
    },
    close: () => void child.kill('SIGKILL'),
  }
}

function until(child: ChildProcess, isLast: (message: FromInference) => boolean): Promise<FromInference> {
  return new Promise((resolve) => {
    const listener = (message: unknown): void => {
      if (!isLast(message as FromInference)) return
      child.off('message', listener)
      resolve(message as FromInference)
    }
    child.on('message', listener)
  })
}
