import { z } from 'zod'

/** A session in memory only: what it holds now, or held when it ended. */
export const incognitoStateSchema = z.object({
  active: z.boolean(),
  pictures: z.number().int(),
  jobs: z.number().int(),
  bytes: z.number(),
})

export type IncognitoState = z.output<typeof incognitoStateSchema>
