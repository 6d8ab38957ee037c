import { z } from 'zod'
import { finishSchema } from './generation.ts'

/** Pictures that are alike, as a forecast needs to know them. */
export const forecastItemSchema = z.object({
  model: z.string(),
  width: z.number().int().min(1).max(8192),
  height: z.number().int().min(1).max(8192),
  steps: z.number().min(0).max(1000),
  finish: finishSchema.default('auto'),
  count: z.number().int().min(1).max(1000).default(1),
})

export const forecastSchema = z.object({
  /** for all pictures together; absent until this model has made one here */
  milliseconds: z.number().optional(),
  /** bytes, the most at any time */
  memory: z.number().optional(),
  /** 'measured' on this machine, or 'estimated' from the number of weights */
  basis: z.enum(['measured', 'estimated']),
  /** bytes that a run may use at all: the machine's, or the ceiling of the settings */
  memoryLimit: z.number(),
  memoryFree: z.number(),
})

export type ForecastItem = z.output<typeof forecastItemSchema>
export type Forecast = z.output<typeof forecastSchema>
