import { z } from 'zod'
import { broughtSchema } from './export.ts'
import { jobRequestSchema } from './generation.ts'

export const imageOriginSchema = z.enum(['made', 'edited', 'enhanced', 'imported', 'input', 'mask'])

/** Why a picture is shown blurred until somebody asks for it. Nothing of it is lost: files and exports are as ever. */
export const coverSchema = z.enum(['prompt-rule', 'checker', 'person'])

export const imageSchema = z.object({
  id: z.string(),
  origin: imageOriginSchema,
  /** of the stored picture, pixels */
  width: z.number().int(),
  height: z.number().int(),
  /** bytes on disk, as sealed */
  bytes: z.number().int(),
  /** milliseconds since 1970 */
  createdAt: z.number(),
  trashedAt: z.number().optional(),
  starred: z.boolean(),
  /** absent: private, as every picture is until somebody says otherwise */
  shared: z.boolean().optional(),
  /** absent: shown as it is */
  covered: coverSchema.optional(),
  title: z.string(),
  tags: z.array(z.string()),
  note: z.string(),
  /** what a screen reader says of it; absent: derived from the prompt */
  altText: z.string().optional(),
  /** ids of the albums it is in */
  collections: z.array(z.string()).optional(),
  /** "" when the picture was brought in without settings */
  prompt: z.string(),
  negativePrompt: z.string(),
  model: z.string(),
  seed: z.string().optional(),
  steps: z.number().int().optional(),
  guidanceScale: z.number().optional(),
  scheduler: z.string().optional(),
  strength: z.number().optional(),
  /** wall time of this picture, milliseconds */
  milliseconds: z.number().optional(),
  /** bytes, the most that was resident while it was made */
  peakMemory: z.number().optional(),
  executionProvider: z.string().optional(),
  job: z.string().optional(),
  /** the picture it was made from */
  source: z.string().optional(),
  /** everything that made it, to do it again */
  request: jobRequestSchema.optional(),
  /** SHA-256 of the file that it was brought in as: finds duplicates */
  digest: z.string().optional(),
  /** kinds of what the file that it was brought in as said; the values themselves were never kept */
  brought: z.array(broughtSchema).optional(),
  /** the other program whose settings its file carried, as a name for people: "ComfyUI" */
  program: z.string().optional(),
  /** what was done differently from what was asked, as codes for the catalogues ("note.<code>") */
  notes: z.array(z.object({ code: z.string(), detail: z.string() })).optional(),
  /** words of the prompt that the model does not know (the starter's small world) */
  ignoredWords: z.array(z.string()),
})

/**
 * `text` is the search box as typed: free words and the tokens model: seed: size: after: before: tag: star:
 * `offset`/`limit` page through the answer, newest first.
 */
export const imageQuerySchema = z.object({
  text: z.string().max(2000).default(''),
  trash: z.boolean().default(false),
  starred: z.boolean().optional(),
  shared: z.boolean().optional(),
  collection: z.string().optional(),
  origins: z.array(imageOriginSchema).default(['made', 'edited', 'enhanced', 'imported']),
  sort: z.enum(['newest', 'oldest']).default('newest'),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(200),
})

/** What the grid needs of each picture, no more: 100,000 of them must page quickly. */
export const imageTileSchema = imageSchema.pick({
  id: true,
  width: true,
  height: true,
  createdAt: true,
  starred: true,
  shared: true,
  covered: true,
  prompt: true,
  title: true,
  altText: true,
})

export const imagePageSchema = z.object({
  total: z.number().int(),
  offset: z.number().int(),
  tiles: z.array(imageTileSchema),
})

export const imageChangeSchema = z.object({
  starred: z.boolean().optional(),
  /** into the gallery that gallery.publish makes, or out of it */
  shared: z.boolean().optional(),
  /** blur it, or show it from now on */
  covered: z.boolean().optional(),
  title: z.string().max(500).optional(),
  note: z.string().max(20_000).optional(),
  altText: z.string().max(2000).optional(),
  tags: z.array(z.string().min(1).max(100)).max(100).optional(),
})

export type Cover = z.output<typeof coverSchema>
export type ImageOrigin = z.output<typeof imageOriginSchema>
export type Image = z.output<typeof imageSchema>
export type ImageQuery = z.output<typeof imageQuerySchema>
export type ImageTile = z.output<typeof imageTileSchema>
export type ImagePage = z.output<typeof imagePageSchema>
export type ImageChange = z.output<typeof imageChangeSchema>
