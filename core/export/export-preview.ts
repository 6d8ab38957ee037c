import { SanggarError } from '../../contract/errors.ts'
import type { Brought, ExportPreview, ExportRequest } from '../../contract/export.ts'
import type { Connection } from '../database/open-database.ts'
import { getImage } from '../library/image-rows.ts'
import { type ExportPorts, selectedIds } from './export-files.ts'
import { exportPicture } from './export-picture.ts'
import { extensions, fileNameOf } from './file-name.ts'
import { listFields, listNames } from './picture-list.ts'

/** The first picture is really encoded and read back: this is no description of an export but a piece of it. */
export async function previewExport(ports: ExportPorts, request: ExportRequest): Promise<ExportPreview> {
  const { database, library, version } = ports
  const ids = selectedIds(database, request)
  const [id] = ids
  if (id === undefined) throw new SanggarError({ code: 'picture-required' })
  const image = getImage(database, id)
  const { bytes, width, height, carries } = await exportPicture(
    await library.readPng(id),
    image,
    request,
    version,
  )
  const name = `${fileNameOf(request.pattern, image, 1)}.${extensions[request.format]}`
  const pageFields = ['file', 'width', 'height', 'title', 'prompt']
  return {
    pictures: ids.length,
    first: { name, bytes: bytes.length, width, height, carries },
    lists: request.list
      ? listNames.map((list) => ({
          name: list,
          fields: list === 'index.html' ? pageFields : [...listFields],
        }))
      : [],
    dropped: droppedBy(database, ids),
  }
}

const sourcesFollowed = 20

/** Kinds of what the pictures' files, or those of the photos they were made from, had said when they came in. */
function droppedBy(database: Connection, ids: string[]): ExportPreview['dropped'] {
  const brought = new Map(
    (
      database
        .prepare(
          `SELECT id, brought, program IS NOT NULL OR prompt <> '' AS settled FROM images WHERE brought IS NOT NULL`,
        )
        .all() as { id: string; brought: string; settled: number }[]
    ).map(({ id, brought: kinds, settled }) => [
      id,
      // Settings that could be read are history here, and go along where the preset says so.
      (JSON.parse(kinds) as Brought[]).filter((kind) => kind !== 'settings' || settled === 0),
    ]),
  )
  if (brought.size === 0) return []
  const sourceOf = database.prepare('SELECT source FROM images WHERE id = ?').pluck()
  const counts = new Map<Brought, number>()
  for (const id of ids) {
    const kinds = new Set<Brought>()
    let at: string | undefined | null = id
    for (let step = 0; step < sourcesFollowed && typeof at === 'string'; step++) {
      for (const kind of brought.get(at) ?? []) kinds.add(kind)
      at = sourceOf.get(at) as string | null | undefined
    }
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, pictures]) => ({ kind, pictures }))
}
