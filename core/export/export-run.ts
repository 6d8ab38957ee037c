import { randomBytes } from 'node:crypto'
import { mkdir, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { SanggarError } from '../../contract/errors.ts'
import type { ExportRequest, ExportResult } from '../../contract/export.ts'
import type { Image } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { getImage } from '../library/image-rows.ts'
import type { Library } from '../library/library.ts'
import { diskFailure, writeDurably } from '../vault/durable-file.ts'
import { exportPicture } from './export-picture.ts'
import { extensions, fileNameOf, uniqueName } from './file-name.ts'

export type Exporter = {
  toFolder(folder: string, request: ExportRequest): Promise<ExportResult>
  /** A ticket opens one download; what it says was checked when it was made. */
  ticket(request: ExportRequest): { url: string; name: string }
  download(ticket: string): Promise<{ name: string; type: string; body: ReadableStream<Uint8Array> | Buffer }>
}

type Ports = { database: Connection; library: Library; version: string }

const listName = 'pictures.json'
const namesReported = 1000
const ticketsKept = 100

export function createExporter({ database, library, version }: Ports): Exporter {
  const tickets = new Map<string, ExportRequest>()

  function idsOf(request: ExportRequest): string[] {
    if (request.images !== 'all') {
      for (const id of request.images) getImage(database, id)
      return request.images
    }
    return database
      .prepare(
        `SELECT id FROM images WHERE trashed_at IS NULL AND origin NOT IN ('input', 'mask') ORDER BY created_at, number`,
      )
      .pluck()
      .all() as string[]
  }

  /** One picture after the other: 10,000 of them need no more memory than one. */
  async function* files(request: ExportRequest, taken: Set<string>) {
    let number = 0
    for (const id of idsOf(request)) {
      number += 1
      const image = getImage(database, id)
      const name = uniqueName(fileNameOf(request.pattern, image, number), extensions[request.format], taken)
      const bytes = await exportPicture(await library.readPng(id), image, request, version)
      yield { name, image, bytes }
    }
  }

  return {
    async toFolder(folder, request) {
      const taken = await takenNames(folder)
      const result: ExportResult = { written: 0, bytes: 0, files: [] }
      const list: object[] = []
      for await (const { name, image, bytes } of files(request, taken)) {
        await writeDurably(path.join(folder, name), bytes, 0o644)
        result.written += 1
        result.bytes += bytes.length
        if (result.files.length < namesReported) result.files.push(name)
        if (request.list) list.push(listEntry(name, image))
      }
      if (request.list) {
        const name = uniqueName('pictures', 'json', taken)
        await writeDurably(path.join(folder, name), Buffer.from(`${JSON.stringify(list, null, 2)}\n`), 0o644)
        result.files.push(name)
      }
      return result
    },

    ticket(request) {
      const ids = idsOf(request)
      const ticket = randomBytes(16).toString('hex')
      tickets.set(ticket, request)
      // Tickets that nobody used make room for new ones, oldest first.
      for (const old of tickets.keys()) if (tickets.size > ticketsKept) tickets.delete(old)
      const only = ids.length === 1 && !request.list ? ids[0] : undefined
      const name =
        only === undefined
          ? 'sanggar.zip'
          : `${fileNameOf(request.pattern, getImage(database, only), 1)}.${extensions[request.format]}`
      return { url: `/export/${ticket}`, name }
    },

    async download(ticket) {
      const request = tickets.get(ticket)
      if (request === undefined) throw new SanggarError({ code: 'not-found', what: 'export', id: ticket })
      tickets.delete(ticket)
      const ids = idsOf(request)
      if (ids.length === 1 && !request.list) {
        for await (const { name, bytes } of files(request, new Set())) {
          return { name, type: `image/${request.format}`, body: bytes }
        }
      }
      return {
        name: 'sanggar.zip',
        type: 'application/zip',
        body: zip(files(request, new Set([listName])), request),
      }
    },
  }
}

/** Stored, not deflated: pictures are compressed already. */
function zip(
  files: AsyncGenerator<{ name: string; image: Image; bytes: Buffer }>,
  request: ExportRequest,
): ReadableStream<Uint8Array> {
  const archive = new ZipFile()
  const output = archive.outputStream as Readable
  const fill = async () => {
    const list: object[] = []
    for await (const { name, image, bytes } of files) {
      if (output.destroyed) return // the person cancelled the download
      await new Promise<void>((resolve, reject) => {
        const once = Readable.from([bytes])
        once.on('end', resolve).on('error', reject)
        // The next picture is read when this one has gone into the archive.
        archive.addReadStream(once, name, {
          compress: false,
          mtime: new Date(image.createdAt),
          size: bytes.length,
        })
      })
      if (request.list) list.push(listEntry(name, image))
    }
    if (request.list) archive.addBuffer(Buffer.from(`${JSON.stringify(list, null, 2)}\n`), listName)
    archive.end()
  }
  fill().catch((error: unknown) => output.destroy(error as Error))
  return Readable.toWeb(output) as ReadableStream<Uint8Array>
}

function listEntry(file: string, image: Image): object {
  const { id, width, height, createdAt, prompt, negativePrompt, model, title, note, tags, starred } = image
  const { seed, steps, guidanceScale, scheduler, strength } = image
  return {
    file,
    id,
    width,
    height,
    createdAt: new Date(createdAt).toISOString(),
    title,
    prompt,
    negativePrompt,
    model,
    seed,
    steps,
    guidanceScale,
    scheduler,
    strength,
    note,
    tags,
    starred,
  }
}

/** Nothing that is in the folder already is overwritten. */
async function takenNames(folder: string): Promise<Set<string>> {
  try {
    await mkdir(folder, { recursive: true })
    if (!(await stat(folder)).isDirectory()) throw new SanggarError({ code: 'path-not-found', path: folder })
    return new Set((await readdir(folder)).map((name) => name.toLowerCase()))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new SanggarError({ code: 'already-exists', path: folder }, { cause })
    }
    throw diskFailure(cause, folder)
  }
}
