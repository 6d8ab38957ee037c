import { freemem, totalmem } from 'node:os'
import type { Forecast, ForecastItem } from '../../contract/forecast.ts'
import { finishScale, type Finish } from '../../contract/generation.ts'
import type { Connection } from '../database/open-database.ts'
import { readSettings } from '../settings/settings-store.ts'
import { type Run, expectedMemory, expectedTime, guessedMemory } from './calibration.ts'
import type { ModelRegistry } from './model-registry.ts'

/** pictures that are taken into account, of so many latest ones: a library of 100,000 is not searched for them */
const remembered = 60
const looked = 2000

/** What the pictures will take, from what this machine took before. Throws 'model-not-found'. */
export async function forecast(
  { database, models }: { database: Connection; models: ModelRegistry },
  items: readonly ForecastItem[],
): Promise<Forecast> {
  let milliseconds: number | undefined = 0
  let memory: number | undefined
  let basis: Forecast['basis'] = 'measured'
  const known = new Map<string, readonly Run[]>()
  for (const { model: id, count, finish, ...item } of items) {
    const model = await models.get(id)
    const runs = known.get(id) ?? runsOf(database, model.id)
    known.set(id, runs)
    const wanted = {
      steps: item.steps,
      pixels: item.width * item.height,
      scale: finishScale(finish === 'auto' ? model.finish : finish),
    }
    const time = expectedTime(runs, wanted)
    milliseconds = time === undefined || milliseconds === undefined ? undefined : milliseconds + time * count
    const measured = expectedMemory(runs, wanted)
    const { limits, passport } = model
    const usualPixels = (limits?.defaultWidth ?? 512) * (limits?.defaultHeight ?? 512)
    const here =
      measured ??
      (passport.memoryNeeded === undefined
        ? undefined
        : guessedMemory(passport.memoryNeeded, usualPixels, wanted))
    if (measured === undefined) basis = 'estimated'
    if (here !== undefined) memory = Math.max(memory ?? 0, here)
  }
  const ceiling = readSettings(database).memoryCeiling * 1024 ** 3
  return {
    ...(milliseconds !== undefined && { milliseconds: Math.round(milliseconds) }),
    ...(memory !== undefined && { memory: Math.round(memory) }),
    basis,
    memoryLimit: ceiling > 0 ? Math.min(ceiling, totalmem()) : totalmem(),
    memoryFree: freemem(),
  }
}

/** Whole pictures only: a painted part says little of the next. */
function runsOf(database: Connection, model: string): Run[] {
  const rows = database
    .prepare(
      `SELECT milliseconds, steps, width, height, peak_memory AS peakMemory,
              json_extract(request, '$.finish') AS finish
       FROM (SELECT * FROM images ORDER BY created_at DESC LIMIT ${looked})
       WHERE model = ? AND milliseconds IS NOT NULL AND steps IS NOT NULL
         AND json_extract(request, '$.mask') IS NULL
       LIMIT ${remembered}`,
    )
    .all(model) as (Omit<Run, 'pixels' | 'scale'> & {
    width: number
    height: number
    finish: Finish | null
  })[]
  return rows.map(({ width, height, finish, ...run }) => {
    const scale = finishScale(finish ?? 'none')
    return { ...run, scale, pixels: (width * height) / (scale * scale) }
  })
}
