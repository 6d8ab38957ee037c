import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import type { RequestOutput } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import { diskFailure } from '../vault/durable-file.ts'

const named = {
  models: /\.(safetensors|onnx|gguf|ckpt|pt|pth)$/i,
  backups: /\.sanggar-?backup$/i,
} as const
const most = 1000

/**
 * A folder's folders and its files of one kind by name, for people who find their way by looking. Hidden names are
 * left out; a link counts as what it leads to.
 */
export async function browseFolder(
  asked: string | null,
  kind: keyof typeof named,
): Promise<RequestOutput<'host.listFolder'>> {
  const folder = path.resolve(asked ?? homedir())
  try {
    const entries = (await readdir(folder, { withFileTypes: true }))
      .filter(({ name }) => !name.startsWith('.'))
      .sort((one, other) => one.name.localeCompare(other.name))
    const parent = path.dirname(folder)
    const seen = await Promise.all(
      entries.map(async (entry) => {
        const place = path.join(folder, entry.name)
        const found = entry.isSymbolicLink() ? await stat(place).catch(() => entry) : entry
        return { name: entry.name, path: place, isFolder: found.isDirectory(), isFile: found.isFile() }
      }),
    )
    const only = (wanted: (entry: (typeof seen)[number]) => boolean) =>
      seen
        .filter(wanted)
        .slice(0, most)
        .map((entry) => ({ name: entry.name, path: entry.path }))
    return {
      path: folder,
      parent: parent === folder ? null : parent,
      folders: only((entry) => entry.isFolder),
      files: only((entry) => entry.isFile && named[kind].test(entry.name)),
    }
  } catch (cause) {
    const failure = diskFailure(cause, folder)
    throw failure instanceof SanggarError
      ? failure
      : new SanggarError({ code: 'path-not-found', path: folder }, { cause })
  }
}
