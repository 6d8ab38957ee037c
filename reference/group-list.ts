import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { Group } from './result.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** The folder that SANGGAR_REFERENCE names, else the part of the reference that is kept in the repository. */
export function referenceFolder(): string {
  const named = process.env['SANGGAR_REFERENCE']
  return named === undefined || named === '' ? join(here, 'data') : named
}

/** Every module in groups/; a new group is a new file there. One that cannot be loaded is a group that fails. */
export async function loadGroups(): Promise<Group[]> {
  const files = await readdir(join(here, 'groups'))
  const modules = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort()
  return Promise.all(modules.map(async (file) => loadGroup(join(here, 'groups', file))))
}

async function loadGroup(path: string): Promise<Group> {
  try {
    return (await import(pathToFileURL(path).href)) as Group
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return {
      name: basename(path, '.ts'),
      async *run() {
        yield { name: 'the group itself', status: 'failed', detail }
      },
    }
  }
}
