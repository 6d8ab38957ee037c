import type { HostCapabilities } from '../contract/api.ts'
import type { OpenedFile } from '../contract/opened-file.ts'
import type { FromInference, ToInference } from '../inference/protocol.ts'

/** A running inference process. It may die at any time; core then starts another. */
export type InferenceProcess = {
  send(message: ToInference): void
  onMessage(listener: (message: FromInference) => void): void
  /** `reason` is the signal or exit code, for the failure that the job gets. */
  onExit(listener: (reason: string) => void): void
  kill(): void
}

/** Where the vault key can lie besides a 0600 key file. `protect` and `reveal` are the keychain's. */
export type Keychain = {
  protect(secret: Uint8Array): Promise<Uint8Array>
  reveal(sealed: Uint8Array): Promise<Uint8Array>
}

/** All that core needs of the program that it runs in. The only thing that tests replace by a double. */
export type Host = {
  kind: 'electron' | 'web' | 'cli'
  version: string
  /** absolute; nothing is written anywhere else */
  dataDirectory: string
  /** what ships with the app: models, styles, tokenizers (absolute) */
  resources: { models: string; resources: string }
  capabilities: HostCapabilities
  spawnInference(): InferenceProcess
  keychain?: Keychain
  chooseFolder?(): Promise<string | null>
  chooseModel?(): Promise<string | null>
  chooseBackup?(): Promise<string | null>
  reveal?(path: string): Promise<void>
  /** the CPU alone, no adapters, hardware settings at their defaults: for when something of these is at fault */
  safe?: boolean
  /** milliseconds of work that a crash may take from a job; absent: the usual five seconds */
  checkpointEvery?: number
  /** At the start and whenever the setting changes. */
  hideFromCapture?(hide: boolean): void
  /** Goes on with a drag that began in the page, as a drag of files. `icon`: PNG. */
  startDrag?(files: string[], icon: Buffer): void
  /** A message of the system; a click on it shows the window. */
  notify?(title: string, body: string): void
  /** Files that the system hands over. */
  opened?: { take(): OpenedFile[]; onOpen(listener: () => void): void }
  /** Marked for clipboard histories as nothing to keep. */
  copy?(content: { text: string } | { png: Uint8Array }): Promise<void>
}
