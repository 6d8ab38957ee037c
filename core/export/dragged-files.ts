import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ExportRequest } from '../../contract/export.ts'
import { dragIcon } from '../library/picture-codec.ts'
import { coveredNow } from '../library/image-rows.ts'
import type { Room } from '../incognito/incognito.ts'
import { selectedIds } from './export-files.ts'

/**
 * [Note: Files to be dragged]
 *
 * A system's file manager takes files and not streams, and takes them before anybody has let go. So what is dragged out
 * of the window is an export like any other, asked for and shown beforehand, that lies in a folder of the data directory:
 * one at a time, as long as its dialog is open. It is erased when the dialog is closed, when the vault is locked, at the
 * end, and, after a crash, at the next start.
 */
export type DraggedFiles = {
  /** In place of what was prepared before. Gives the files' names. */
  prepare(room: Room, request: ExportRequest): Promise<string[]>
  /** Absolute, with the first picture as a small PNG for under the pointer; undefined when nothing is prepared. */
  ready(): { files: string[]; icon: Buffer } | undefined
  erase(): Promise<void>
}

export const draggedName = 'dragged'

export function createDraggedFiles(dataDirectory: string): DraggedFiles {
  const folder = path.join(dataDirectory, draggedName)
  let prepared: { files: string[]; icon: Buffer } | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: a file that is still being written when its folder goes would bring it back. */
  function inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const acted = last.then(act, act)
    last = acted
    return acted
  }

  async function eraseNow(): Promise<void> {
    prepared = undefined
    await rm(folder, { recursive: true, force: true })
  }

  return {
    prepare: (room, request) =>
      inTurn(async () => {
        await eraseNow()
        await mkdir(folder, { mode: 0o700 })
        const report = { progress: () => undefined, signal: new AbortController().signal }
        const { files = [] } = await room.exporter.run({ folder, as: 'files' }, request, report)
        const [first = ''] = selectedIds(room.database, request)
        const isCovered = coveredNow(room.database, first) !== undefined
        const icon = await dragIcon(await room.library.readThumbnail(first, 320), isCovered)
        prepared = { files: files.map((name) => path.join(folder, name)), icon }
        return files
      }),
    ready: () => prepared,
    erase: () => inTurn(eraseNow),
  }
}
