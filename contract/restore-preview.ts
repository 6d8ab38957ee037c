import { z } from 'zod'
import { restoreRequestSchema } from './generation.ts'

const share = z.number().min(0).max(1)

/** What restoring would make of a part of a picture. Scratches and the strength are left to whoever shows it. */
export const restorePreviewRequestSchema = restoreRequestSchema
  .pick({ image: true, noise: true, jpeg: true, colour: true })
  .extend({
    /** what stands in the middle of the part, in shares of the picture's sides */
    centre: z.object({ x: share, y: share }).default({ x: 0.5, y: 0.5 }),
  })

export const restorePreviewSchema = z.object({
  /** the part restored is at /media/preview/<id>, as it was at /media/preview/<id>?before=1 */
  id: z.string(),
  /** where it lies, in the picture's pixels */
  window: z.object({
    left: z.number().int(),
    top: z.number().int(),
    width: z.number().int(),
    height: z.number().int(),
  }),
  /** what was found in the picture, as a job says it */
  notes: z.array(z.object({ code: z.string(), detail: z.string() })),
})

export type RestorePreviewRequest = z.output<typeof restorePreviewRequestSchema>
export type RestorePreview = z.output<typeof restorePreviewSchema>
