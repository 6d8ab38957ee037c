import { z } from 'zod'
import { failureSchema } from '../../contract/errors.ts'
import { jobRequestSchema } from '../../contract/generation.ts'
import { jobStateSchema } from '../../contract/job.ts'
import { retentionRuleSchema } from '../../contract/retention.ts'

/** Rows of the database as a backup holds them, one JSON object per line; docs/backup-format.md lists them. */
export const backupRows = {
  settings: z.object({ name: z.string(), value: z.json() }),
  drafts: z.object({ name: z.string(), value: z.json(), changedAt: z.number() }),
  models: z.object({ id: z.string(), path: z.string(), addedAt: z.number() }),
  jobs: z.object({
    id: z.string(),
    state: jobStateSchema,
    position: z.number(),
    request: jobRequestSchema,
    failure: failureSchema.optional(),
    notes: z.array(z.object({ code: z.string(), detail: z.string() })),
    attempts: z.number().int(),
    createdAt: z.number(),
    startedAt: z.number().optional(),
    endedAt: z.number().optional(),
  }),
  collections: z.object({
    id: z.string(),
    name: z.string(),
    search: z.string().optional(),
    cover: z.string().optional(),
    createdAt: z.number(),
  }),
  'model-folders': z.object({ path: z.string(), addedAt: z.number() }),
  'retention-rules': retentionRuleSchema.extend({ id: z.string(), createdAt: z.number() }),
  'blocked-requests': z.object({ at: z.number(), address: z.string(), origin: z.string() }),
} as const

export type BackupTable = keyof typeof backupRows
export type BackupRow<Table extends BackupTable> = z.output<(typeof backupRows)[Table]>

export const backupTables = Object.keys(backupRows) as BackupTable[]

export const manifestSchema = z.object({
  format: z.literal(1),
  program: z.string(),
  createdAt: z.number(),
  pictures: z.number().int(),
})

/** Names of the archive's entries. */
export const entryNames = {
  manifest: 'manifest.json',
  readMe: 'README.txt',
  table: /^database\/([a-z-]+)\.(\d{6})\.jsonl$/,
  picture: /^pictures\/([a-z0-9]{16,40})\.(json|png)$/,
}
