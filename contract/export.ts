import { z } from 'zod'

/** clean: pixels only. reproducible: A1111 `parameters`. disclosed: IPTC DigitalSourceType, no prompt. */
export const exportMetadataSchema = z.enum(['clean', 'reproducible', 'disclosed'])

export const exportRequestSchema = z.object({
  /** ids, or every picture that is not in the trash */
  images: z.union([z.literal('all'), z.array(z.string()).min(1).max(100_000)]),
  format: z.enum(['png', 'jpeg', 'webp']).default('png'),
  quality: z.number().int().min(1).max(100).default(92),
  metadata: exportMetadataSchema.default('clean'),
  /** [date] [time] [seed] [model] [id] [width] [height] [number] */
  pattern: z.string().min(1).max(200).default('[date]-[seed]-[id]'),
  /** also write pictures.json, the list of pictures with their settings */
  list: z.boolean().default(false),
})

export const exportResultSchema = z.object({
  written: z.number().int(),
  bytes: z.number(),
  /** file names, relative to the destination, first 1000 */
  files: z.array(z.string()),
})

export type ExportRequest = z.output<typeof exportRequestSchema>
export type ExportRequestInput = z.input<typeof exportRequestSchema>
export type ExportMetadata = z.output<typeof exportMetadataSchema>
export type ExportResult = z.output<typeof exportResultSchema>
