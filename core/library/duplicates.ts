import type { DuplicateGroup, Duplicates } from '../../contract/collection.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { WorkResult } from '../../contract/work.ts'
import type { Connection } from '../database/open-database.ts'
import { emptyResult } from '../export/export-run.ts'
import type { WorkReport } from '../works/work-list.ts'
import { fingerprintOf, keepFingerprint } from './fingerprints.ts'
import type { Library } from './library.ts'

/** bits of 64 that may differ; see [Note: Fingerprints] */
const alikeBits = 3
const groupsShown = 500

const seen = `trashed_at IS NULL AND origin NOT IN ('input', 'mask')`
const unseen = `FROM images WHERE ${seen} AND number NOT IN (SELECT image FROM fingerprints)`

/** Takes the fingerprints that are missing: of pictures that were there before, or came from a backup. */
export async function takeFingerprints(
  { database, library }: { database: Connection; library: Library },
  report: WorkReport,
): Promise<WorkResult> {
  const ids = database.prepare(`SELECT id ${unseen} ORDER BY number DESC`).pluck().all() as string[]
  const result = emptyResult('')
  for (const [index, id] of ids.entries()) {
    report.progress(index, ids.length)
    try {
      const fingerprint = await fingerprintOf(await library.readPixels(id))
      keepFingerprint(database, id, fingerprint)
      result.written += 1
    } catch (error) {
      const code = error instanceof SanggarError ? error.failure.code : undefined
      if (code !== 'item-damaged' && code !== 'not-found') throw error
      if (code === 'item-damaged' && result.unreadable.length < 100) result.unreadable.push(id)
    }
  }
  report.progress(ids.length, ids.length)
  return result
}

type Seen = { id: string; pixels: Buffer; look: Buffer; starred: number; created_at: number }

/** Groups of pictures that are the same, and of pictures that look alike; in each the starred and oldest first. */
export function findDuplicates(database: Connection, alike: boolean): Duplicates {
  const all = database
    .prepare(
      `SELECT id, pixels, look, starred, created_at FROM fingerprints JOIN images ON number = image
       WHERE ${seen} ORDER BY starred DESC, created_at, number`,
    )
    .all() as Seen[]
  const byPixels = Map.groupBy(all, ({ pixels }) => pixels.toString('base64'))
  const groups = alike
    ? alikeGroups([...byPixels.values()].map((group) => group[0] as Seen))
    : [...byPixels.values()].flatMap((group): DuplicateGroup[] =>
        group.length > 1 ? [{ same: true, ids: group.map(({ id }) => id) }] : [],
      )
  return {
    groups: groups.slice(0, groupsShown),
    unseen: database.prepare(`SELECT count(*) ${unseen}`).pluck().get() as number,
  }
}

/**
 * Two hashes that differ in at most three bits agree in at least one of four 16-bit quarters: only those within one
 * quarter's bucket are compared. Each picture joins the first group whose first picture it resembles, so that groups
 * do not drift from one picture to the next.
 */
function alikeGroups(pictures: Seen[]): DuplicateGroup[] {
  const leaders = new Map<string, { look: Buffer; ids: string[] }[]>()
  const groups: { look: Buffer; ids: string[] }[] = []
  for (const { id, look } of pictures) {
    const quarters = [0, 2, 4, 6].map((at) => `${at} ${look.readUInt16LE(at)}`)
    const found = quarters
      .flatMap((quarter) => leaders.get(quarter) ?? [])
      .find((group) => differingBits(group.look, look) <= alikeBits)
    if (found !== undefined) {
      found.ids.push(id)
      continue
    }
    const group = { look, ids: [id] }
    groups.push(group)
    for (const quarter of quarters) leaders.set(quarter, [...(leaders.get(quarter) ?? []), group])
  }
  return groups.filter(({ ids }) => ids.length > 1).map(({ ids }) => ({ same: false, ids }))
}

function differingBits(left: Buffer, right: Buffer): number {
  let bits = 0
  for (let index = 0; index < left.length; index++) {
    for (let rest = (left[index] as number) ^ (right[index] as number); rest > 0; rest &= rest - 1) bits += 1
  }
  return bits
}
