import { SanggarError } from '../../contract/errors.ts'
import type { ExportRequest } from '../../contract/export.ts'
import type { Image } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { getImage } from '../library/image-rows.ts'
import type { Library } from '../library/library.ts'
import { exportPicture } from './export-picture.ts'
import { extensions, fileNameOf, uniqueName } from './file-name.ts'

export type ExportPorts = { database: Connection; library: Library; version: string }

/** `bytes` is undefined where the picture's own file is damaged: the rest is exported all the same. */
export type ExportedFile = { name: string; image: Image; bytes: Buffer | undefined }

/** The pictures that a request means; throws 'not-found' for an id that is none. */
export function selectedIds(database: Connection, request: Pick<ExportRequest, 'images'>): string[] {
  if (request.images === 'shared') return sharedIds(database)
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

/** Newest first. */
export function sharedIds(database: Connection): string[] {
  return database
    .prepare(
      'SELECT id FROM images WHERE shared = 1 AND trashed_at IS NULL ORDER BY created_at DESC, number DESC',
    )
    .pluck()
    .all() as string[]
}

/** One picture after the other: 10,000 of them need no more memory than one. */
export async function* exportFiles(
  { database, library, version }: ExportPorts,
  ids: string[],
  request: ExportRequest,
  taken: Set<string>,
): AsyncGenerator<ExportedFile> {
  let number = 0
  for (const id of ids) {
    number += 1
    const image = getImage(database, id)
    const png = await library.readPng(id).catch((error: unknown) => {
      if (error instanceof SanggarError && error.failure.code === 'item-damaged') return undefined
      throw error
    })
    if (png === undefined) yield { name: id, image, bytes: undefined }
    else {
      const { bytes } = await exportPicture(png, image, request, version)
      const name = uniqueName(fileNameOf(request.pattern, image, number), extensions[request.format], taken)
      yield { name, image, bytes }
    }
  }
}
