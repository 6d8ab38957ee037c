import { describe, expect, test } from 'vitest'
import { type Run, expectedMemory, expectedTime, guessedMemory } from './calibration.ts'

const side = 256 * 256
const run = (more: Partial<Run> = {}): Run => ({
  milliseconds: 1000,
  steps: 9,
  pixels: side,
  scale: 1,
  peakMemory: null,
  ...more,
})

describe('time', () => {
  test('nothing is promised before something was measured', () => {
    expect(expectedTime([], run())).toBeUndefined()
  })

  test('one size alone: in proportion to steps and pixels', () => {
    expect(expectedTime([run(), run()], run())).toBe(1000)
    expect(expectedTime([run()], run({ steps: 19 }))).toBe(2000)
    expect(expectedTime([run()], run({ pixels: 2 * side }))).toBe(2000)
  })

  test('two sizes: what does not grow with them is found', () => {
    const runs = [run({ milliseconds: 500 + 100 * 10 }), run({ steps: 19, milliseconds: 500 + 100 * 20 })]
    expect(expectedTime(runs, run({ steps: 29 }))).toBeCloseTo(3500)
    expect(expectedTime(runs, run({ steps: 4 }))).toBeCloseTo(1000)
  })

  test('the first run, which loaded the model, is left out', () => {
    expect(expectedTime([run(), run(), run(), run({ milliseconds: 9000 })], run())).toBe(1000)
  })

  test('enlarged pictures are compared with enlarged ones, as long as there are any', () => {
    const runs = [run(), run({ scale: 2, milliseconds: 3000 })]
    expect(expectedTime(runs, run({ scale: 2 }))).toBe(3000)
    expect(expectedTime(runs, run())).toBe(1000)
    expect(expectedTime([run()], run({ scale: 4 }))).toBe(1000)
  })

  test('it is never negative', () => {
    const runs = [run({ milliseconds: 1 }), run({ steps: 19, milliseconds: 5000 })]
    expect(expectedTime(runs, run({ steps: 1 }))).toBeGreaterThanOrEqual(0)
  })
})

describe('memory', () => {
  test('as measured at the nearest size, more for a larger one', () => {
    const runs = [run({ peakMemory: 1e9 }), run({ pixels: 4 * side, peakMemory: 2e9 })]
    expect(expectedMemory(runs, run())).toBe(1e9)
    expect(expectedMemory(runs, run({ pixels: 4 * side }))).toBe(2e9)
    expect(expectedMemory(runs, run({ pixels: 16 * side }))).toBe(2e9 + 12 * side * 3072)
    expect(expectedMemory([run()], run())).toBeUndefined()
  })

  test('never below half of what was seen', () => {
    expect(expectedMemory([run({ pixels: 64 * side, peakMemory: 1e9 })], run({ pixels: 1 }))).toBe(5e8)
  })

  test('a guess grows with the size too', () => {
    expect(guessedMemory(1e9, side, run())).toBe(1e9)
    expect(guessedMemory(1e9, side, run({ scale: 2 }))).toBe(1e9 + 3 * side * 3072)
  })
})
