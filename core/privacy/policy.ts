import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { SanggarError } from '../../contract/errors.ts'
import type { Policy } from '../../contract/policy.ts'
import type { Connection } from '../database/open-database.ts'
import { diskFailure } from '../vault/durable-file.ts'

const versionsSchema = z
  .array(
    z.object({
      version: z.number().int(),
      date: z.string(),
      changes: z.object({ en: z.string(), id: z.string() }),
    }),
  )
  .min(1)

const seenFact = 'policy_seen'

/** The policy as it ships with this version of the program. */
export async function readPolicy(
  database: Connection,
  resources: string,
  language: 'en' | 'id',
): Promise<Policy> {
  const folder = path.join(resources, 'privacy-policy')
  const versions = versionsSchema.parse(JSON.parse(await readText(path.join(folder, 'versions.json'))))
  versions.sort((left, right) => right.version - left.version)
  const newest = versions[0] as (typeof versions)[number]
  const seen = seenVersion(database)
  return {
    version: newest.version,
    date: newest.date,
    text: await readText(path.join(folder, `policy.${language}.md`)),
    changes: versions
      .filter(({ version }) => seen === null || version > seen)
      .map(({ version, date, changes }) => ({ version, date, text: changes[language] })),
    seen,
  }
}

function seenVersion(database: Connection): number | null {
  const value = database.prepare('SELECT value FROM facts WHERE name = ?').pluck().get(seenFact) as
    | string
    | undefined
  return value === undefined ? null : Number(value)
}

/** Never backwards: an older program on the same library does not make the newer policy unseen. */
export function rememberPolicySeen(database: Connection, version: number): void {
  const seen = Math.max(version, seenVersion(database) ?? 0)
  database
    .prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
    .run(seenFact, String(seen))
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const failure = diskFailure(cause, file)
    throw failure instanceof SanggarError ? failure : new Error('policy unreadable', { cause })
  })
}
