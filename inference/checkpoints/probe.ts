import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Passport } from '../../contract/model.ts'
import { SanggarError } from '../../contract/errors.ts'
import { probeFile } from './probe-file.ts'
import { probeFolder } from './probe-folder.ts'

/**
 * What a file or folder is, from headers alone: nothing is copied, no weights are read, and the time does not
 * depend on the size. Throws 'path-not-found', 'model-damaged' for a file that breaks its own format, and
 * 'model-folder-incomplete' when files that an index names are away; whatever is merely unknown or not runnable
 * here comes back as a passport with an obstacle.
 */
export async function probe(path: string): Promise<Passport> {
  const absolute = resolve(path)
  let isFolder: boolean
  try {
    isFolder = (await stat(absolute)).isDirectory()
  } catch (cause) {
    throw new SanggarError({ code: 'path-not-found', path: absolute }, { cause })
  }
  return isFolder ? probeFolder(absolute) : probeFile(absolute)
}
