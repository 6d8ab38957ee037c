import { statSync } from 'node:fs'
import path from 'node:path'
import type { OpenedFile } from '../../contract/opened-file.ts'

/** Files that the system or the command line handed over, until a page asks what to do with them. */
export type OpenedFiles = {
  open(files: readonly string[]): void
  /** Each is given once. */
  take(): OpenedFile[]
  onOpen(listener: () => void): void
}

const kinds: readonly (readonly [RegExp, OpenedFile['kind']])[] = [
  [/\.sanggar-?backup$/i, 'backup'],
  [/\.(safetensors|gguf|onnx)$/i, 'model'],
  [/\.(png|jpe?g|webp|avif|heic|tiff?|gif)$/i, 'picture'],
]
const most = 100

export function createOpenedFiles(): OpenedFiles {
  let waiting: OpenedFile[] = []
  let told: () => void = () => undefined
  return {
    open(files) {
      const known = files.flatMap((file) => openedFile(file) ?? [])
      if (known.length === 0) return
      waiting = [...waiting, ...known].slice(-most)
      told()
    },
    take() {
      const taken = waiting
      waiting = []
      return taken
    },
    onOpen: (listener) => (told = listener),
  }
}

/**
 * Those of a command line that are files of ours, absolute. Options, the program's own folder, and whatever else a
 * system puts there are left out.
 */
export function filesAmong(parameters: readonly string[], workingDirectory: string): string[] {
  return parameters
    .filter((parameter) => !parameter.startsWith('-'))
    .map((parameter) => path.resolve(workingDirectory, parameter))
    .filter((file) => openedFile(file) !== undefined && isFile(file))
}

/** Undefined for what Sanggar has no use for. */
function openedFile(file: string): OpenedFile | undefined {
  const kind = kinds.find(([ending]) => ending.test(file))?.[1]
  return kind === undefined || !path.isAbsolute(file)
    ? undefined
    : { path: file, name: path.basename(file), kind }
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile()
  } catch {
    return false // a word that only looks like a file
  }
}
