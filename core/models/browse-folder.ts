import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import type { RequestOutput } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import { diskFailure } from '../vault/durable-file.ts'

const modelFile = /\.(safetensors|onnx|gguf|ckpt|pt|pth)$/i
const most = 1000

/** A folder's folders and models by name, for people who find their way by looking. Hidden names are left out. */
export async function browseFolder(asked: string | null): Promise<RequestOutput<'host.listFolder'>> {
  const folder = path.resolve(asked ?? homedir())
  try {
    const entries = (await readdir(folder, { withFileTypes: true }))
      .filter(({ name }) => !name.startsWith('.'))
      .sort((one, other) => one.name.localeCompare(other.name))
    const parent = path.dirname(folder)
    const named = (wanted: (entry: (typeof entries)[number]) => boolean) =>
      entries
        .filter(wanted)
        .slice(0, most)
        .map(({ name }) => ({ name, path: path.join(folder, name) }))
    return {
      path: folder,
      parent: parent === folder ? null : parent,
      folders: named((entry) => entry.isDirectory()),
      files: named((entry) => entry.isFile() && modelFile.test(entry.name)),
    }
  } catch (cause) {
    const failure = diskFailure(cause, folder)
    throw failure instanceof SanggarError
      ? failure
      : new SanggarError({ code: 'path-not-found', path: folder }, { cause })
  }
}
