import { z } from 'zod'

/** Pictures under a name: an album holds what was put into it, a saved search whatever its words find. */
export const collectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** absent: an album */
  search: z.string().optional(),
  /** the picture that stands for it: the chosen one, else the newest; absent when there is none */
  cover: z.string().optional(),
  /** pictures, without those in the trash */
  count: z.number().int(),
  createdAt: z.number(),
})

export const collectionChangeSchema = z.object({
  /** absent: a new one */
  id: z.string().optional(),
  name: z.string().trim().min(1).max(200),
  search: z.string().trim().min(1).max(2000).optional(),
  /** null: the newest picture again */
  cover: z.string().max(64).nullable().optional(),
})

/** How many pictures a search finds per local day, in its order: "2026-11-22". */
export const dayCountSchema = z.object({ day: z.string(), count: z.number().int() })

/**
 * Pictures that are the same to the pixel, or (`same` false) whose small outline is: 9 x 8 brightnesses, of which at
 * most a few comparisons differ. The second is a hint for eyes, not a proof.
 */
export const duplicateGroupSchema = z.object({ same: z.boolean(), ids: z.array(z.string()) })

export const duplicatesSchema = z.object({
  groups: z.array(duplicateGroupSchema),
  /** pictures that nothing is known of yet: 'duplicates.scan' looks at them */
  unseen: z.number().int(),
})

export type Collection = z.output<typeof collectionSchema>
export type CollectionChange = z.output<typeof collectionChangeSchema>
export type DayCount = z.output<typeof dayCountSchema>
export type DuplicateGroup = z.output<typeof duplicateGroupSchema>
export type Duplicates = z.output<typeof duplicatesSchema>
