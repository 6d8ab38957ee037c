import { z } from 'zod'

/** A file that somebody opened with Sanggar, from the system or the command line. */
export const openedFileSchema = z.object({
  /** absolute */
  path: z.string(),
  name: z.string(),
  kind: z.enum(['backup', 'model', 'picture']),
})

export type OpenedFile = z.output<typeof openedFileSchema>
