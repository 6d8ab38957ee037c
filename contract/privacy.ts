import { z } from 'zod'

/** The rows of the mirror: what the two cloud policies collect, and what Sanggar holds of it. */
export const ledgerCategorySchema = z.enum([
  'prompts',
  'pictures-made',
  'pictures-brought-in',
  'settings',
  'drafts',
  'history',
  'timings-and-errors',
  'models-used',
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

export type LedgerRow = z.output<typeof ledgerRowSchema>
export type LedgerCategory = z.output<typeof ledgerCategorySchema>
export type Seal = z.output<typeof sealSchema>
export type NetworkAttempt = z.output<typeof networkAttemptSchema>
export type Receipt = z.output<typeof receiptSchema>
