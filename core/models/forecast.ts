import { freemem, totalmem } from 'node:os'
import type { Forecast, ForecastItem } from '../../contract/forecast.ts'
import { finishScale } from '../../contract/generation.ts'
import type { Connection } from '../database/open-database.ts'
import { readSettings } from '../settings/settings-store.ts'
import { type Run, expectedMemory, expectedTime, guessedMemory } from './calibration.ts'
import type { ModelRegistry } from './model-registry.ts'
import { ofPrecision, runsOf } from './runs.ts'

/** What the pictures will take, from what this machine took before. Throws 'model-not-found'. */
export async function forecast(
  { database, models }: { database: Connection; models: ModelRegistry },
  items: readonly ForecastItem[],
): Promise<Forecast> {
  let milliseconds: number | undefined = 0
  let memory: number | undefined
  let basis: Forecast['basis'] = 'measured'
  const { precision, memoryCeiling } = readSettings(database)
  const known = new Map<string, readonly Run[]>()
  for (const { model: id, count, finish, ...item } of items) {
    const model = await models.get(id)
    const runs = known.get(id) ?? ofPrecision(runsOf(database, model.id), precision)
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
  const ceiling = memoryCeiling * 1024 ** 3
  return {
    ...(milliseconds !== undefined && { milliseconds: Math.round(milliseconds) }),
    ...(memory !== undefined && { memory: Math.round(memory) }),
    basis,
    memoryLimit: ceiling > 0 ? Math.min(ceiling, totalmem()) : totalmem(),
    memoryFree: freemem(),
  }
}
