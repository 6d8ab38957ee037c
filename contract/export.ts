import { z } from 'zod'

/** clean: pixels only. reproducible: A1111 `parameters`. disclosed: IPTC DigitalSourceType, no prompt. */
export const exportMetadataSchema = z.enum(['clean', 'reproducible', 'disclosed'])

const pictureFormSchema = {
  format: z.enum(['png', 'jpeg', 'webp', 'avif']).default('png'),
  quality: z.number().int().min(1).max(100).default(92),
  /** pixels; larger pictures are made smaller, none is made larger */
  longestSide: z.number().int().min(16).max(16_384).optional(),
  metadata: exportMetadataSchema.default('clean'),
  /** the person's own words, written as XMP dc:creator and dc:rights with whatever else was chosen */
  author: z.string().trim().max(500).default(''),
  licence: z.string().trim().max(2000).default(''),
}

export const exportRequestSchema = z.object({
  /** ids, or every picture that is not in the trash, or of these the ones marked as shared */
  images: z.union([z.enum(['all', 'shared']), z.array(z.string()).min(1).max(100_000)]),
  ...pictureFormSchema,
  /** [date] [time] [seed] [model] [id] [width] [height] [number] */
  pattern: z.string().min(1).max(200).default('[date]-[seed]-[id]'),
  /** also pictures.json, pictures.csv and index.html: the pictures with their settings */
  list: z.boolean().default(false),
})

/** Pictures that can be dragged out of the window at once. */
export const mostDragged = 50

/** A folder of files, or one ZIP in that folder, written as a stream. */
export const exportPlaceSchema = z.object({
  folder: z.string().min(1),
  as: z.enum(['files', 'zip']).default('files'),
})

/** One thing that a file carries besides its pixels. */
export const carriedSchema = z.object({
  /** where in the file: "PNG tEXt", "EXIF", "XMP", "ICC", "JPEG comment", … */
  place: z.string(),
  name: z.string(),
  value: z.string(),
  /** true: resolution, colour space and the like, said of the pixels; false: words and settings */
  technical: z.boolean(),
})

/** What a file that somebody brought had in it and Sanggar did not keep. */
export const broughtSchema = z.enum([
  'place',
  'camera',
  'person',
  'time',
  'settings',
  'thumbnail',
  'provenance',
  'other',
])

export const exportPreviewSchema = z.object({
  pictures: z.number().int(),
  /** of the first picture, encoded as asked and read back: what every file will carry, to the letter */
  first: z.object({
    name: z.string(),
    bytes: z.number().int(),
    width: z.number().int(),
    height: z.number().int(),
    carries: z.array(carriedSchema),
  }),
  /** files besides the pictures, and what they say of each picture */
  lists: z.array(z.object({ name: z.string(), fields: z.array(z.string()) })),
  /** what source photos had in them; none of it is in the library, none of it leaves */
  dropped: z.array(z.object({ kind: broughtSchema, pictures: z.number().int() })),
})

/** A static gallery of the pictures that are marked as shared. */
export const publishRequestSchema = z.object({
  folder: z.string().min(1),
  ...pictureFormSchema,
  format: pictureFormSchema.format.default('jpeg'),
  metadata: exportMetadataSchema.default('disclosed'),
  title: z.string().trim().max(200).default(''),
  language: z.enum(['en', 'id']).default('en'),
  /** titles under the pictures; prompts are published only when asked for */
  captions: z.enum(['none', 'titles', 'prompts']).default('titles'),
})

export type ExportRequest = z.output<typeof exportRequestSchema>
export type ExportRequestInput = z.input<typeof exportRequestSchema>
export type ExportMetadata = z.output<typeof exportMetadataSchema>
export type PictureForm = Pick<ExportRequest, keyof typeof pictureFormSchema>
export type ExportPreview = z.output<typeof exportPreviewSchema>
export type Carried = z.output<typeof carriedSchema>
export type Brought = z.output<typeof broughtSchema>
export type PublishRequest = z.output<typeof publishRequestSchema>
