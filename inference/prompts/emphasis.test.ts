import { expect, test } from 'vitest'

import { applyWeights } from './emphasis.ts'

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

test('weights multiply, then the mean is what it was', () => {
  const hidden = Float32Array.from([1, 2, 3, 4, 5, 6])
  const result = applyWeights(hidden, [1, 3, 2], [1, 2, 0.5])
  // 1 2 6 8 2.5 3 has the sum 22.5, before it was 21
  const restored = [1, 2, 6, 8, 2.5, 3].map((value) => (value * 21) / 22.5)
  for (const [index, value] of restored.entries()) expect(result[index]).toBeCloseTo(value, 6)
  expect(mean(result)).toBeCloseTo(mean(hidden), 6)
  expect([...hidden]).toEqual([1, 2, 3, 4, 5, 6])
})

test('without emphasis not a bit changes', () => {
  const hidden = Float32Array.from([0.1, 0.2])
  expect(applyWeights(hidden, [2, 1], [1, 1])).toBe(hidden)
})

test('all weights zero gives zeros, not NaN', () => {
  expect([...applyWeights(Float32Array.from([1, 2]), [2, 1], [0, 0])]).toEqual([0, 0])
})

test('a wrong number of weights is a bug and says so', () => {
  expect(() => applyWeights(new Float32Array(4), [2, 2], [1])).toThrow(RangeError)
})
