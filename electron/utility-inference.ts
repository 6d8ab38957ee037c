import type { ForkOptions, UtilityProcess } from 'electron'
import { inferenceEnvironment } from '../core/hosting/inference-environment.ts'
import type { InferenceProcess } from '../core/host.ts'
import type { FromInference } from '../inference/protocol.ts'

type Fork = (
  file: string,
  parameters: string[],
  options: ForkOptions,
) => Pick<UtilityProcess, 'on' | 'postMessage' | 'kill'>

/** Inference under Electron. (child_process.fork needs the fuse runAsNode, which is off.) */
export function forkUtility(fork: Fork, worker: string): InferenceProcess {
  const child = fork(worker, [], {
    serviceName: 'Sanggar inference',
    env: inferenceEnvironment(),
    execArgv: [],
    stdio: 'ignore',
  })
  const exits: ((reason: string) => void)[] = []
  let ended: string | undefined
  child.on('exit', (code) => {
    ended = `exit code ${code}`
    for (const listener of exits) listener(ended)
  })
  return {
    send(message) {
      if (ended === undefined) child.postMessage(message)
    },
    onMessage(listener) {
      child.on('message', (message: FromInference) => listener(message))
    },
    onExit(listener) {
      if (ended === undefined) exits.push(listener)
      else listener(ended)
    },
    kill() {
      child.kill()
    },
  }
}
