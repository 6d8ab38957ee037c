import { expect, test } from 'vitest'
import { missingTelemetrySwitches, peakMemory, startPeak, telemetryOff, threadCount } from './environment.ts'

test('both telemetry switches must be set, to 1', () => {
  expect(missingTelemetrySwitches({ ...telemetryOff, PATH: '/bin' })).toEqual([])
  expect(missingTelemetrySwitches({})).toEqual(['ORT_DISABLE_TELEMETRY', 'ORT_TELEMETRY_DISABLED'])
  expect(missingTelemetrySwitches({ ...telemetryOff, ORT_DISABLE_TELEMETRY: '0' })).toEqual([
    'ORT_DISABLE_TELEMETRY',
  ])
})

test('threads: as asked, but no more than there are; by itself at least one', () => {
  expect(threadCount(1)).toBe(1)
  expect(threadCount(100_000)).toBe(threadCount(100_001))
  expect(threadCount(0)).toBeGreaterThanOrEqual(1)
})

test('the peak holds what was resident for a moment', () => {
  startPeak()
  const before = peakMemory()
  new Uint8Array(80_000_000).fill(1)
  expect(peakMemory() - before).toBeGreaterThan(40_000_000)
})
