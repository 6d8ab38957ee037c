import { finishScale, type Finish } from '../../contract/generation.ts'
import type { Image } from '../../contract/image.ts'
import type { Model, ModelLimits } from '../../contract/model.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Connection } from '../database/open-database.ts'
import { type Run, expectedTime } from './calibration.ts'

/** pictures that are taken into account, of so many latest ones: a library of 100,000 is not searched for them */
const remembered = 60
const looked = 2000

export type PreciseRun = Run & { precision: Exclude<Settings['precision'], 'auto'> }

/** The form that the denoiser ran in, as inference notes it: "unet fast"; nothing is noted of an exact one. */
function precisionIn(notes: Image['notes']): PreciseRun['precision'] {
  for (const { code, detail } of notes ?? []) {
    const form = /^(?:unet|transformer) (balanced|fast|small)$/.exec(code === 'eight-bit' ? detail : '')?.[1]
    if (form !== undefined) return form as PreciseRun['precision']
  }
  return 'exact'
}

/** Whole pictures only: a painted part says little of the next. */
export function runsOf(database: Connection, model: string): PreciseRun[] {
  const rows = database
    .prepare(
      `SELECT milliseconds, steps, width, height, peak_memory AS peakMemory, notes,
              json_extract(request, '$.finish') AS finish
       FROM (SELECT * FROM images ORDER BY created_at DESC LIMIT ${looked})
       WHERE model = ? AND milliseconds IS NOT NULL AND steps IS NOT NULL
         AND json_extract(request, '$.mask') IS NULL
       LIMIT ${remembered}`,
    )
    .all(model) as (Omit<Run, 'pixels' | 'scale'> & {
    width: number
    height: number
    notes: string
    finish: Finish | null
  })[]
  return rows.map(({ width, height, finish, notes, ...run }) => {
    const scale = finishScale(finish ?? 'none')
    const precision = precisionIn(JSON.parse(notes) as Image['notes'])
    return { ...run, scale, precision, pixels: (width * height) / (scale * scale) }
  })
}

/**
 * Those that ran as the next one will; all of them where none did. What is chosen automatically is exact as long as
 * it fits.
 */
export function ofPrecision(runs: readonly PreciseRun[], precision: Settings['precision']): readonly Run[] {
  const wanted = precision === 'auto' ? 'exact' : precision
  const alike = runs.filter((run) => run.precision === wanted)
  return alike.length > 0 ? alike : runs
}

/** Milliseconds of a picture of the usual size and steps in every precision that made pictures here. */
export function timesByPrecision(
  runs: readonly PreciseRun[],
  { defaultWidth, defaultHeight, defaultSteps }: ModelLimits,
): NonNullable<Model['millisecondsByPrecision']> {
  const wanted = { steps: defaultSteps, pixels: defaultWidth * defaultHeight, scale: 1 as const }
  const times: Model['millisecondsByPrecision'] = {}
  for (const precision of new Set(runs.map((run) => run.precision))) {
    const time = expectedTime(
      runs.filter((run) => run.precision === precision),
      wanted,
    )
    if (time !== undefined) times[precision] = Math.round(time)
  }
  return times
}
