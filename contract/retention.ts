import { z } from 'zod'
import { imageOriginSchema } from './image.ts'

/** What goes by itself, and when. A rule does nothing until somebody enabled it. */
export const retentionRuleSchema = z.object({
  /** older than this many days */
  days: z.number().int().min(1).max(36_500),
  origins: z.array(imageOriginSchema).min(1).max(6),
  /** starred pictures stay, and so do those that are shared */
  unstarredOnly: z.boolean().default(true),
  /** pictures in one of these albums stay, and so do those that these saved searches find */
  exceptCollections: z.array(z.string()).max(200).default([]),
  /** pictures with one of these tags stay; the case of letters does not matter */
  exceptTags: z.array(z.string().trim().min(1).max(100)).max(50).default([]),
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
