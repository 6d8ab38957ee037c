import { z } from 'zod'

/** What can be different from picture to picture. */
export const seriesAxes = [
  'steps',
  'guidance',
  'sampler',
  'seed',
  'strength',
  'replace',
  'style',
  'model',
] as const
export type SeriesAxis = (typeof seriesAxes)[number]

export const seriesSchema = z.object({
  axis: z.enum(seriesAxes),
  /** of axes that are written: "4, 8, 16", "1-9 (+2)", "red, green, blue" */
  text: z.string().max(2000),
  /** of axes that are ticked: samplers, styles, models by their ids */
  chosen: z.array(z.string()),
})
export type Series = z.output<typeof seriesSchema>
export const firstSeries: Series = { axis: 'steps', text: '', chosen: [] }

export const isTicked = (axis: SeriesAxis) => axis === 'sampler' || axis === 'style' || axis === 'model'
