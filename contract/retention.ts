import { z } from 'zod'
import { imageOriginSchema } from './image.ts'

/** What goes by itself, and when. A rule does nothing until somebody enabled it. */
export const retentionRuleSchema = z.object({
  /** older than this many days */
  days: z.number().int().min(1).max(36_500),
  origins: z.array(imageOriginSchema).min(1).max(6),
  /** starred pictures stay, and so do those that are shared */
  unstarredOnly: z.boolean().default(true),
  action: z.enum(['trash', 'erase']),
  enabled: z.boolean().default(false),
})

export const storedRuleSchema = retentionRuleSchema.extend({ id: z.string() })

export const retentionPreviewSchema = z.object({
  count: z.number().int(),
  bytes: z.number(),
  /** first 100, oldest first */
  ids: z.array(z.string()),
})

export type RetentionRule = z.output<typeof retentionRuleSchema>
export type StoredRule = z.output<typeof storedRuleSchema>
export type RetentionPreview = z.output<typeof retentionPreviewSchema>
