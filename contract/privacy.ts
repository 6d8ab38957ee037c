import { z } from 'zod'

/** The rows of the mirror: what the two cloud policies collect, and what Sanggar holds of it. */
export const ledgerCategorySchema = z.enum([
  'prompts',
  'titles-and-notes',
  'collections',
  'pictures-made',
  'pictures-brought-in',
  'unfinished-pictures',
  'settings',
  'drafts',
  'history',
  'timings-and-errors',
  'models-used',
  'blocked-requests',
  'local-log',
  'account',
  'payment',
  'device',
  'cookies',
  'shared-with-others',
])

export const ledgerRowSchema = z.object({
  category: ledgerCategorySchema,
  /** false: never held, by design */
  held: z.boolean(),
  count: z.number().int(),
  bytes: z.number(),
  /** folder or file it lies in; "" when nothing is held */
  place: z.string(),
  /** "trash-days", "until-deleted", "session" or "never": a code for the catalogues */
  keptUntil: z.enum(['until-deleted', 'session', 'never']),
})

export const networkAttemptSchema = z.object({
  at: z.number(),
  address: z.string(),
  origin: z.string(),
})

export const sealSchema = z.object({
  since: z.number(),
  /** requests that left this computer: the guards make sure that it stays 0 */
  allowed: z.number().int(),
  blocked: z.number().int(),
  attempts: z.array(networkAttemptSchema),
})

export const receiptSchema = z.object({
  at: z.number(),
  rows: z.record(z.string(), z.number().int()),
  files: z.number().int(),
  bytes: z.number(),
  keyDestroyed: z.boolean(),
  /** paths that were looked for again on disk after the deletion and were gone */
  verified: z.number().int(),
  /** what is left over in the data directory, by name, with the reason as a code */
  left: z.array(z.object({ name: z.string(), reason: z.string() })),
})

/** Entries of one category, as they are held: nothing is shortened but the list. */
export const categoryPageSchema = z.object({
  total: z.number().int(),
  entries: z.array(
    z.object({
      id: z.string(),
      /** milliseconds since 1970 */
      at: z.number().optional(),
      /** `id` is a picture that can be shown */
      picture: z.boolean(),
      /** names and values, as in the database */
      fields: z.record(z.string(), z.string()),
    }),
  ),
})

/** Where a word stands. `kept` are models and folders of models that are called so: their names are not Sanggar's. */
export const redactPreviewSchema = z.object({
  occurrences: z.number().int(),
  pictures: z.number().int(),
  jobs: z.number().int(),
  drafts: z.number().int(),
  collections: z.number().int(),
  /** the person's own prompt rules, and tags that retention rules spare */
  settings: z.number().int(),
  blockedRequests: z.number().int(),
  kept: z.number().int(),
})

export type LedgerRow = z.output<typeof ledgerRowSchema>
export type LedgerCategory = z.output<typeof ledgerCategorySchema>
export type Seal = z.output<typeof sealSchema>
export type NetworkAttempt = z.output<typeof networkAttemptSchema>
export type Receipt = z.output<typeof receiptSchema>
export type CategoryPage = z.output<typeof categoryPageSchema>
export type RedactPreview = z.output<typeof redactPreviewSchema>
