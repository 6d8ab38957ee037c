import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EventName, type RequestName, events, requests } from './api.ts'
import { failureParameters, failureSchema } from './errors.ts'
import { seedSchema } from './generation.ts'
import { defaultSettings, settingsChangeSchema } from './settings.ts'
import { arbitraryOf } from './testing/arbitrary.ts'

/** Parsed, sent as JSON or as a structured clone, parsed again: the same value. */
function survives(
  schema: { safeParse(value: unknown): { success: boolean; data?: unknown } },
  value: unknown,
) {
  const first = schema.safeParse(value)
  // JSON Schema cannot say all that a refinement does (a seed below 2^64): such values are rightly refused.
  if (!first.success) return
  expect(schema.safeParse(JSON.parse(JSON.stringify(first.data)))).toEqual(first)
  expect(schema.safeParse(structuredClone(first.data))).toEqual(first)
}

describe('every schema survives JSON and structured clone', () => {
  for (const name of Object.keys(requests) as RequestName[]) {
    it(name, () => {
      const { input, output } = requests[name]
      fc.assert(
        fc.property(arbitraryOf(input, 'input'), (value) => survives(input, value)),
        { numRuns: 50 },
      )
      fc.assert(
        fc.property(arbitraryOf(output, 'output'), (value) => survives(output, value)),
        { numRuns: 50 },
      )
    })
  }
  for (const name of Object.keys(events) as EventName[]) {
    it(name, () => {
      const schema = events[name]
      fc.assert(
        fc.property(arbitraryOf(schema, 'output'), (value) => survives(schema, value)),
        { numRuns: 50 },
      )
    })
  }

  it('every failure', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(arbitraryOf(failureSchema, 'output'), (value) => {
        expect(failureSchema.safeParse(value).success).toBe(true)
        seen.add((value as { code: string }).code)
        survives(failureSchema, value)
      }),
      { numRuns: 2000 },
    )
    expect([...seen].sort()).toEqual(Object.keys(failureParameters).sort())
  })

  it('the generator really draws values that are accepted', () => {
    const { input } = requests['jobs.submit']
    const accepted = fc
      .sample(arbitraryOf(input, 'input'), 300)
      .filter((value) => input.safeParse(value).success)
    expect(accepted.length).toBeGreaterThan(100)
  })
})

describe('requests', () => {
  it('take seeds up to 2^64-1 and none beyond', () => {
    expect(seedSchema.safeParse('18446744073709551615').success).toBe(true)
    expect(seedSchema.safeParse('18446744073709551616').success).toBe(false)
    expect(seedSchema.safeParse('-1').success).toBe(false)
  })

  it('change only the settings that are named', () => {
    expect(settingsChangeSchema.parse({ theme: 'dark' })).toEqual({ theme: 'dark' })
    expect(defaultSettings.trashDays).toBe(30)
  })
})
