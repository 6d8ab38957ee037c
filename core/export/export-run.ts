import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Readable } from 'node:stream'
import { SanggarError } from '../../contract/errors.ts'
import type { ExportRequest } from '../../contract/export.ts'
import type { WorkResult } from '../../contract/work.ts'
import { getImage } from '../library/image-rows.ts'
import { writeDurably } from '../vault/durable-file.ts'
import type { WorkReport } from '../works/work-list.ts'
import { openFolder, takenNames, writeStream } from './destination.ts'
import { type ArchiveEntry, archiveStream } from './export-archive.ts'
import { type ExportPorts, exportFiles, selectedIds } from './export-files.ts'
import { extensions, fileNameOf, uniqueName } from './file-name.ts'
import { type Written, listNames, pictureLists } from './picture-list.ts'

export type Exporter = {
  /** To a folder, as files or as one ZIP; what is there already is never overwritten. */
  run(
    place: { folder: string; as: 'files' | 'zip' },
    request: ExportRequest,
    report: WorkReport,
  ): Promise<WorkResult>
  /** A ticket opens one download; what it says was checked when it was made. */
  ticket(request: ExportRequest): { url: string; name: string }
  knows(ticket: string): boolean
  download(ticket: string): Promise<{ name: string; type: string; body: ReadableStream<Uint8Array> | Buffer }>
}

const ticketsKept = 100
const namesReported = 1000

export function createExporter(ports: ExportPorts): Exporter {
  const tickets = new Map<string, ExportRequest>()

  /** Pictures, then the lists of what was written. `result` fills while this is read. */
  async function* entries(
    request: ExportRequest,
    result: WorkResult,
    taken: Set<string>,
    progress: (done: number, total: number) => void = () => undefined,
  ): AsyncGenerator<ArchiveEntry> {
    const ids = selectedIds(ports.database, request)
    const listed = request.list ? listNames.map((name) => ({ name, free: freeName(name, taken) })) : []
    const written: Written[] = []
    const now = new Date()
    for await (const { name, image, bytes } of exportFiles(ports, ids, request, taken)) {
      progress(result.written + result.unreadable.length, ids.length)
      if (bytes === undefined) {
        result.unreadable.push(name)
        continue
      }
      // A file's date says when the picture was made: only where the settings may be known as well.
      const at = request.metadata === 'reproducible' ? new Date(image.createdAt) : now
      yield { name, content: bytes, at }
      result.written += 1
      result.bytes += bytes.length
      if ((result.files?.length ?? 0) < namesReported) result.files?.push(name)
      if (request.list) written.push({ id: image.id, name })
    }
    progress(ids.length, ids.length)
    const lists = pictureLists(ports.database, written)
    for (const { name, free } of listed) {
      const text = lists.find((list) => list.name === name)?.text
      if (text !== undefined) yield { name: free, content: text, at: now }
      result.files?.push(free)
    }
  }

  return {
    async run({ folder, as }, request, report) {
      await openFolder(folder)
      const inFolder = await takenNames(folder)
      const result = emptyResult(folder)
      if (as === 'zip') {
        const file = path.join(folder, uniqueName('sanggar', 'zip', inFolder))
        const all = entries(request, result, new Set(), report.progress)
        result.bytes = await writeStream(file, archiveStream(all), { signal: report.signal })
        return { ...result, place: file }
      }
      for await (const { name, content } of entries(request, result, inFolder, report.progress)) {
        const file = path.join(folder, name)
        if (Buffer.isBuffer(content)) await writeDurably(file, content, 0o644)
        else await writeStream(file, content)
      }
      return result
    },

    ticket(request) {
      const ids = selectedIds(ports.database, request)
      const ticket = randomBytes(16).toString('hex')
      tickets.set(ticket, request)
      // Tickets that nobody used make room for new ones, oldest first.
      for (const old of tickets.keys()) if (tickets.size > ticketsKept) tickets.delete(old)
      const only = ids.length === 1 && !request.list ? ids[0] : undefined
      const name =
        only === undefined
          ? 'sanggar.zip'
          : `${fileNameOf(request.pattern, getImage(ports.database, only), 1)}.${extensions[request.format]}`
      return { url: `/export/${ticket}`, name }
    },

    knows: (ticket) => tickets.has(ticket),

    async download(ticket) {
      const request = tickets.get(ticket)
      if (request === undefined) throw new SanggarError({ code: 'not-found', what: 'export', id: ticket })
      tickets.delete(ticket)
      const ids = selectedIds(ports.database, request)
      const [only] = ids
      if (ids.length === 1 && only !== undefined && !request.list) {
        for await (const { name, bytes } of exportFiles(ports, ids, request, new Set())) {
          if (bytes === undefined) throw new SanggarError({ code: 'item-damaged', id: only })
          return { name, type: `image/${request.format}`, body: bytes }
        }
      }
      const stream = archiveStream(entries(request, emptyResult(''), new Set()))
      return {
        name: 'sanggar.zip',
        type: 'application/zip',
        body: Readable.toWeb(stream) as ReadableStream<Uint8Array>,
      }
    },
  }
}

export function emptyResult(place: string): WorkResult {
  return { written: 0, bytes: 0, duplicates: 0, unreadable: [], place, files: [] }
}

function freeName(name: string, taken: Set<string>): string {
  const { name: base, ext } = path.parse(name)
  return uniqueName(base, ext.slice(1), taken)
}
