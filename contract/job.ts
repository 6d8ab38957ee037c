import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { jobRequestSchema } from './generation.ts'

export const jobStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'])

export const jobStageSchema = z.enum([
  'waiting',
  'loading',
  'encoding',
  'denoising',
  'decoding',
  'finishing',
  'enhancing',
  'saving',
])

export const jobProgressSchema = z.object({
  stage: jobStageSchema,
  /** denoising steps done and in all, of the picture under way */
  step: z.number().int(),
  steps: z.number().int(),
  /** which of `count` pictures, from 0 */
  picture: z.number().int(),
  pictures: z.number().int(),
  /** 0 … 1 over the whole job */
  fraction: z.number(),
  /** milliseconds left, once two steps are known */
  remaining: z.number().optional(),
  /** grows with each preview; the picture itself is at /media/preview/<job>?n=<preview> */
  preview: z.number().int(),
})

/** A picture that was cut short: its latents are kept after `step` of `steps`, sealed, as long as the job is. */
export const jobCheckpointSchema = z.object({
  /** which of the job's pictures, from 0 */
  picture: z.number().int(),
  step: z.number().int(),
  steps: z.number().int(),
})

/** The job decodes the unfinished picture of another one, with the VAE of the model or of the adapter `vae`. */
export const decodesSchema = z.object({ job: z.string(), vae: z.string().optional() })

export const jobSchema = z.object({
  id: z.string(),
  state: jobStateSchema,
  request: jobRequestSchema,
  progress: jobProgressSchema.optional(),
  failure: failureSchema.optional(),
  /** what went differently from what was asked, as codes for the catalogues ("note.<code>") */
  notes: z.array(z.object({ code: z.string(), detail: z.string() })),
  images: z.array(z.string()),
  checkpoint: jobCheckpointSchema.optional(),
  decodes: decodesSchema.optional(),
  /** milliseconds since 1970 */
  createdAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  position: z.number(),
})

export type JobState = z.output<typeof jobStateSchema>
export type JobStage = z.output<typeof jobStageSchema>
export type JobProgress = z.output<typeof jobProgressSchema>
export type JobCheckpoint = z.output<typeof jobCheckpointSchema>
export type Decodes = z.output<typeof decodesSchema>
export type Job = z.output<typeof jobSchema>
