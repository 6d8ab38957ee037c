import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type Parser = {
  corpus: Uint8Array[]
  parse(bytes: Buffer): Promise<unknown>
  close?(): Promise<void>
  /** inputs that may be under way at once, for those that wait more than they work; absent: one */
  lanes?: number
}

export type OpenParser = () => Promise<Parser> | Parser

export const json = (value: unknown) => Buffer.from(JSON.stringify(value))

/** A folder of its own for what has to lie on a disk. */
export async function scratch() {
  const folder = await mkdtemp(path.join(tmpdir(), 'sanggar-fuzz-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export async function onFile(
  corpus: Uint8Array[],
  name: string,
  read: (file: string) => Promise<unknown>,
): Promise<Parser> {
  const { folder, remove } = await scratch()
  const file = path.join(folder, name)
  const parse = async (bytes: Buffer) => {
    await writeFile(file, bytes)
    return read(file)
  }
  return { corpus, parse, close: remove }
}

/** One of several small files of a folder is the fuzzed one, each in its turn. */
export async function folderOf(
  files: Record<string, Uint8Array>,
  fuzzed: string[],
  read: (folder: string) => Promise<unknown>,
): Promise<Parser> {
  const { folder, remove } = await scratch()
  const write = async (name: string, bytes: Uint8Array) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), bytes)
  }
  for (const [name, bytes] of Object.entries(files)) await write(name, bytes)
  let turn = 0
  return {
    corpus: fuzzed.map((name) => files[name] ?? new Uint8Array()),
    async parse(bytes) {
      const name = fuzzed[turn++ % fuzzed.length] ?? ''
      await write(name, bytes)
      try {
        return await read(folder)
      } finally {
        await write(name, files[name] ?? new Uint8Array())
      }
    },
    close: remove,
  }
}
