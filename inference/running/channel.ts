import type { FromInference, ToInference } from '../protocol.ts'

/** The way to core: child_process.fork's, or that of Electron's utilityProcess. */
export type Channel = {
  send(message: FromInference): void
  onMessage(listener: (message: ToInference) => void): void
}

type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** Throws when nobody forked this process. */
export function openChannel(): Channel {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort
  if (port !== undefined) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', ({ data }) => listener(data as ToInference)),
    }
  }
  if (process.send === undefined) throw new Error('the inference process is started by Sanggar, not by hand')
  // Without a parent there is nobody to work for.
  process.on('disconnect', () => process.exit(0))
  return {
    send: (message) => void process.send?.(message),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToInference)),
  }
}
