import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ModelLimits } from '../../contract/model.ts'
import { openDatabase } from '../database/open-database.ts'
import { type PreciseRun, ofPrecision, runsOf, timesByPrecision } from './runs.ts'

const run = (precision: PreciseRun['precision'], milliseconds: number, steps = 9): PreciseRun => ({
  milliseconds,
  steps,
  pixels: 512 * 512,
  scale: 1,
  peakMemory: null,
  precision,
})
const limits = { defaultWidth: 512, defaultHeight: 512, defaultSteps: 19 } as ModelLimits

describe('what was measured', () => {
  const runs = [run('fast', 1000), run('exact', 2200), run('fast', 1000)]

  test('is told for each precision, at the usual size and steps', () => {
    expect(timesByPrecision(runs, limits)).toEqual({ fast: 2000, exact: 4400 })
    expect(timesByPrecision([], limits)).toEqual({})
  })

  test('foretells the precision that will run, and any as long as there is no other', () => {
    const times = (precision: Parameters<typeof ofPrecision>[1]) =>
      ofPrecision(runs, precision).map(({ milliseconds }) => milliseconds)
    expect(times('fast')).toEqual([1000, 1000])
    expect(times('auto')).toEqual([2200])
    expect(times('balanced')).toEqual([1000, 2200, 1000])
  })

  test("is in the pictures' notes: the denoiser's form counts, not a text encoder's", () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sanggar-runs-'))
    const database = openDatabase(folder, randomBytes(32))
    try {
      const insert = database.prepare(
        `INSERT INTO images (id, origin, width, height, bytes, created_at, model, milliseconds, steps, request, notes)
         VALUES (?, 'made', 512, 512, 1, ?, 'm', 1000, 9, '{}', ?)`,
      )
      const noted = (...details: string[]) =>
        JSON.stringify(details.map((detail) => ({ code: 'eight-bit', detail })))
      insert.run('a', 3, noted('text_encoder balanced', 'unet fast'))
      insert.run('b', 2, noted('text_encoder balanced'))
      insert.run('c', 1, noted('transformer small'))
      expect(runsOf(database, 'm').map(({ precision }) => precision)).toEqual(['fast', 'exact', 'small'])
    } finally {
      database.close()
      rmSync(folder, { recursive: true })
    }
  })
})
