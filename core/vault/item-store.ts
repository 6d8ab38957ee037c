import { type FileHandle, open, readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import { diskFailure, shredFile, unfinishedSuffix, writeDurably } from './durable-file.ts'
import { headerExtent, openItem, openRecord, resealHeader, sealItem } from './sealed-file.ts'

/**
 * 'picture' is the item itself; a thumbnail belongs to it and is made anew when it is missing. 'latents' is an item of
 * another kind, see [Note: Unfinished pictures].
 */
export type ItemPart = 'picture' | 'thumbnail-320' | 'thumbnail-640' | 'latents'

export type StoredItem = { id: string; part: ItemPart; file: string }
export type StoredItems = { items: StoredItem[]; unfinished: string[] }

/** Sealed files by item id and part; see [Note: Sealed files]. */
export type ItemStore = {
  /** Resolves when the file is durable; gives its size on disk. */
  put(id: string, part: ItemPart, record: unknown, body: Uint8Array): Promise<number>
  get(id: string, part: ItemPart): Promise<Buffer>
  has(id: string, part: ItemPart): Promise<boolean>
  /** Bytes on disk. */
  size(id: string): Promise<number>
  record(id: string): Promise<unknown>
  /** The file's beginning with another record, to be written by `overwrite`; see `resealHeader`. */
  reseal(id: string, record: unknown): Promise<Buffer | undefined>
  /** In place and durable. A crash in between damages the item: whoever calls this can do it again. */
  overwrite(id: string, start: Uint8Array): Promise<void>
  /** Key first, then the file, for every part. Gives files and bytes removed. */
  erase(id: string): Promise<{ files: number; bytes: number }>
  /** Whether it was put since this store was opened: its row may still be on the way. */
  isNew(id: string): boolean
  /** Every sealed file, and what a crash left unfinished. */
  list(): Promise<StoredItems>
  /** The same folder by folder, a few hundred files at a time. */
  folders(): AsyncIterable<StoredItems>
  folder: string
}

/** The folder of the items in the data directory. */
export const itemsName = 'items'

const itemParts: ItemPart[] = ['picture', 'thumbnail-320', 'thumbnail-640', 'latents']
const fileName = /^([a-z0-9]{16,40})\.(picture|thumbnail-320|thumbnail-640|latents)$/

export function openItemStore(folder: string, key: Uint8Array): ItemStore {
  // 256 folders keep directory listings short with 100,000 pictures.
  const fileOf = (id: string, part: ItemPart) => path.join(folder, id.slice(0, 2), `${id}.${part}`)
  const nameOf = (id: string, part: ItemPart) => `${id}.${part}`
  const put = new Set<string>()

  return {
    folder,
    isNew: (id) => put.has(id),
    async put(id, part, record, body) {
      put.add(id)
      const sealed = sealItem(key, nameOf(id, part), record, body)
      await writeDurably(fileOf(id, part), sealed)
      return sealed.length
    },
    async get(id, part) {
      return openItem(key, nameOf(id, part), await readSealed(fileOf(id, part), id)).body
    },
    async has(id, part) {
      return stat(fileOf(id, part)).then(
        () => true,
        () => false,
      )
    },
    async size(id) {
      return (await stat(fileOf(id, 'picture'))).size
    },
    async record(id) {
      return openRecord(key, nameOf(id, 'picture'), await readStart(fileOf(id, 'picture'), id))
    },
    async reseal(id, record) {
      return resealHeader(key, nameOf(id, 'picture'), await readStart(fileOf(id, 'picture'), id), record)
    },
    async overwrite(id, start) {
      const handle = await openSealed(fileOf(id, 'picture'), id, 'r+')
      try {
        await handle.write(start, 0, start.length, 0)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    async erase(id) {
      let files = 0
      let bytes = 0
      for (const part of itemParts) {
        const removed = await shredFile(fileOf(id, part), headerExtent)
        if (removed > 0) files += 1
        bytes += removed
      }
      return { files, bytes }
    },
    list: () => listItems(folder),
    folders: () => listFolders(folder),
  }
}

/** Every sealed file below `folder`, by its name alone: no key is needed. */
export async function listItems(folder: string): Promise<StoredItems> {
  const all: StoredItems = { items: [], unfinished: [] }
  for await (const { items, unfinished } of listFolders(folder)) {
    all.items.push(...items)
    all.unfinished.push(...unfinished)
  }
  return all
}

async function* listFolders(folder: string): AsyncGenerator<StoredItems> {
  for (const entry of await readdirOptional(folder)) {
    const inner = path.join(folder, entry)
    const found: StoredItems = { items: [], unfinished: [] }
    for (const name of await readdirOptional(inner)) {
      const match = fileName.exec(name)
      if (match?.[1] !== undefined) {
        found.items.push({ id: match[1], part: match[2] as ItemPart, file: path.join(inner, name) })
      } else if (name.endsWith(unfinishedSuffix)) found.unfinished.push(path.join(inner, name))
    }
    yield found
  }
}

function openSealed(file: string, id: string, flags: 'r' | 'r+'): Promise<FileHandle> {
  return open(file, flags).catch((cause: unknown) => {
    throw new SanggarError({ code: 'item-damaged', id }, { cause })
  })
}

/** The part of a sealed file that holds its header. */
async function readStart(file: string, id: string): Promise<Buffer> {
  const handle = await openSealed(file, id, 'r')
  try {
    const start = Buffer.alloc(64)
    await handle.read(start, 0, start.length, 0)
    const header = Buffer.alloc(headerExtent(start))
    await handle.read(header, 0, header.length, 0)
    return header
  } finally {
    await handle.close()
  }
}

async function readSealed(file: string, id: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SanggarError({ code: 'item-damaged', id }, { cause })
    }
    throw diskFailure(cause, file)
  }
}

async function readdirOptional(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw diskFailure(cause, folder)
  }
}
