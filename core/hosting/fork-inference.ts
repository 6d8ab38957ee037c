import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { FromInference, ToInference } from '../../inference/protocol.ts'
import type { InferenceProcess } from '../host.ts'
import { inferenceEnvironment } from './inference-environment.ts'

export type ForkOptions = {
  /** the worker's file */
  worker?: string
  /** what the process prints, line by line: for a local log, never a prompt */
  onOutput?: (line: string) => void
}

/** Beside the bundle that this is part of; for unit tests, which run the sources, the source. */
export const workerFile = import.meta.filename.endsWith('.ts')
  ? path.resolve(import.meta.dirname, '..', '..', 'inference', 'worker.ts')
  : path.join(import.meta.dirname, 'worker.js')

/** Inference as a child of a plain Node host. (Under Electron it is a utilityProcess: fork needs runAsNode.) */
export function forkInference({ worker = workerFile, onOutput }: ForkOptions = {}): InferenceProcess {
  const child = fork(worker, [], {
    serialization: 'advanced',
    env: inferenceEnvironment(),
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const lines = collectLines(child, onOutput)
  const exits: ((reason: string) => void)[] = []
  let ended: string | undefined
  const end = (reason: string) => {
    if (ended !== undefined) return
    ended = reason
    for (const listener of exits) listener(reason)
  }
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, signal) => end(signal ?? `exit code ${code}${lastLine(lines)}`))
  return {
    send(message: ToInference) {
      // The channel may close at any moment; onExit then says why, so a lost message needs no second report.
      if (child.connected) child.send(message, () => undefined)
    },
    onMessage(listener) {
      child.on('message', (message) => listener(message as FromInference))
    },
    onExit(listener) {
      if (ended === undefined) exits.push(listener)
      else listener(ended)
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}

/** The last lines that the process printed, oldest first: what it said before it died. */
function collectLines(child: ChildProcess, onOutput?: (line: string) => void): string[] {
  const kept: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = (parts.pop() ?? '').slice(-4000)
      for (const line of parts) {
        kept.push(line)
        if (kept.length > 20) kept.shift()
        onOutput?.(line)
      }
    })
  }
  return kept
}

function lastLine(lines: readonly string[]): string {
  const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)
  return said === undefined ? '' : `: ${said.trim().slice(0, 300)}`
}
