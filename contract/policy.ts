import { z } from 'zod'

/** Sanggar's own privacy policy, and what of it was shown before. */
export const policySchema = z.object({
  version: z.number().int(),
  /** YYYY-MM-DD */
  date: z.string(),
  /** Markdown: headings, paragraphs, lists, tables, **bold** and `code` */
  text: z.string(),
  /** newest first: what changed since the version that was seen; everything when none was */
  changes: z.array(z.object({ version: z.number().int(), date: z.string(), text: z.string() })),
  /** the newest version that was shown to somebody here */
  seen: z.number().int().nullable(),
})

export type Policy = z.output<typeof policySchema>
