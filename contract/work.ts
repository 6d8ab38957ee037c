import { z } from 'zod'
import { failureSchema } from './errors.ts'

/**
 * Long work that is no inference: bringing in folders, exporting, backing up. It lives as long as the program;
 * each of them can be started again and skips what is done.
 */
export const workSchema = z.object({
  id: z.string(),
  kind: z.enum([
    'import',
    'export',
    'publish',
    'data-export',
    'redact',
    'backup',
    'restore',
    'duplicates',
    'model-export',
    'model-test',
  ]),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** pictures done, and in all as soon as that is known */
  done: z.number().int(),
  total: z.number().int(),
  failure: failureSchema.optional(),
  /** what came of it, once it ended */
  result: z
    .object({
      /** files written or pictures added */
      written: z.number().int(),
      bytes: z.number(),
      /** already in the library, found by content */
      duplicates: z.number().int(),
      /** names of what could not be read, first 100 */
      unreadable: z.array(z.string()),
      /** where it went */
      place: z.string(),
      /** names of the files, first 1000 */
      files: z.array(z.string()).optional(),
      /** what the smallest picture of a model took, its opening included; peak memory in bytes */
      test: z
        .object({
          model: z.string(),
          milliseconds: z.number(),
          peakMemory: z.number(),
          executionProvider: z.string(),
          width: z.number().int(),
          height: z.number().int(),
        })
        .optional(),
    })
    .optional(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})

export type Work = z.output<typeof workSchema>
export type WorkResult = NonNullable<Work['result']>
