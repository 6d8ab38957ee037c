import '../cheap-passphrases.ts'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { damaged, openBackup, sealBackup } from '../../core/backup/backup-file.ts'
import { restoreBackup } from '../../core/backup/restore-backup.ts'
import { readTar } from '../../core/backup/tar.ts'
import { writeBackup } from '../../core/backup/write-backup.ts'
import { openMemoryDatabase } from '../../core/incognito/memory-database.ts'
import { openMemoryItems } from '../../core/incognito/memory-items.ts'
import { insertImage } from '../../core/library/image-rows.ts'
import { openItem, openRecord, sealItem } from '../../core/vault/sealed-file.ts'
import {
  changePassphrase,
  openVaultKeys,
  vaultDescriptionName,
  vaultKeyName,
} from '../../core/vault/vault-key.ts'
import { type OpenParser, type Parser, folderOf, scratch } from './parser.ts'

const passphrase = 'x'
const kiloByte = 1024
const report = { progress: () => undefined, signal: new AbortController().signal }

async function backupFile(): Promise<Parser> {
  const { folder, remove } = await scratch()
  const file = path.join(folder, 'a.sanggarbackup')
  async function* body() {
    yield Buffer.alloc(2000, 1)
  }
  return {
    corpus: [await together(sealBackup(body(), passphrase))],
    async parse(bytes) {
      await writeFile(file, bytes)
      const opened = await openBackup(file, passphrase)
      try {
        return await together(opened.archive())
      } finally {
        opened.forget()
      }
    },
    close: remove,
  }
}

/** A library with one picture, backed up; the archive inside is broken and sealed again, as its owner could. */
async function backupContents(): Promise<Parser> {
  const { folder, remove } = await scratch()
  const file = path.join(folder, 'whole.sanggarbackup')
  const [database, items] = [openMemoryDatabase(), openMemoryItems()]
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
  const id = 'a'.repeat(20)
  await items.put(id, 'picture', null, png)
  insertImage(database, {
    id,
    origin: 'made',
    width: 4,
    height: 4,
    bytes: png.length,
    createdAt: 5,
    starred: false,
    title: '',
    tags: ['x'],
    note: '',
    prompt: 'a boat',
    negativePrompt: '',
    model: 'starter',
    ignoredWords: [],
  })
  await writeBackup({ database, items, version: '0' }, file, passphrase, report)
  const whole = await openBackup(file, passphrase)
  return {
    corpus: [await together(whole.archive())],
    async parse(bytes) {
      async function* inside() {
        yield bytes
      }
      const broken = path.join(folder, 'broken.sanggarbackup')
      await writeFile(broken, await together(sealBackup(inside(), passphrase)))
      const into = { database: openMemoryDatabase(), items: openMemoryItems(), onImage: () => undefined }
      try {
        return await restoreBackup(into, await openBackup(broken, passphrase), report)
      } finally {
        into.database.close()
      }
    },
    close: remove,
  }
}

async function archive(): Promise<Parser> {
  const { corpus, close } = await backupContents()
  return {
    corpus,
    async parse(bytes) {
      async function* source() {
        for (let from = 0; from < bytes.length; from += kiloByte) yield bytes.subarray(from, from + kiloByte)
      }
      try {
        let length = 0
        for await (const { data } of readTar(source(), kiloByte * kiloByte)) length += data.length
        return length
      } catch (cause) {
        throw damaged('x', 'archive', cause) // as the restore does
      }
    },
    ...(close && { close }),
  }
}

function sealed(): Parser {
  const key = Buffer.alloc(32, 3)
  return {
    corpus: [sealItem(key, 'x.picture', { id: 'x' }, Buffer.alloc(3000, 1))],
    async parse(bytes) {
      openRecord(key, 'x.picture', bytes)
      openItem(key, 'x.picture', bytes)
    },
  }
}

async function vault(): Promise<Parser> {
  const { folder, remove } = await scratch()
  await openVaultKeys(folder, {})
  const key = await readFile(path.join(folder, vaultKeyName))
  const open = await readFile(path.join(folder, vaultDescriptionName))
  await changePassphrase(folder, {}, passphrase)
  const locked = await readFile(path.join(folder, vaultDescriptionName))
  await remove()
  const files = { [vaultDescriptionName]: open, [vaultKeyName]: key }
  const parser = await folderOf(files, Object.keys(files), async (own) => {
    // A description that says so takes the key file away: the next input must find it again.
    await openVaultKeys(own, { passphrase }).finally(() => writeFile(path.join(own, vaultKeyName), key))
  })
  return { ...parser, corpus: [open, locked, key] }
}

async function together(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const part of parts) all.push(part)
  return Buffer.concat(all)
}

export const vaultParsers: Record<string, OpenParser> = {
  'backup file': backupFile,
  'backup archive': archive,
  'backup contents': backupContents,
  'sealed file': sealed,
  'vault description': vault,
}
