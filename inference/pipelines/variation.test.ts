import { expect, test } from 'vitest'

import { createGenerator } from '../random.ts'
import { varied } from './variation.ts'

const shape = [1, 4, 16, 16] as const
const length = 4 * 16 * 16
const draw = (seed: string) => createGenerator(seed).randn(length)
const deviation = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
const distance = (one: Float32Array, other: Float32Array) => deviation(one.map((v, i) => v - (other[i] ?? 0)))

test('a quarter turn between two directions that stand upright on each other', () => {
  const half = varied(
    new Float32Array([1, 0]),
    { noise: new Float32Array([0, 1]), strength: 0.5 },
    [1, 1, 2, 1],
  )
  expect([...half]).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2)])
})

test('nothing at 0, the other at 1, further away with every step between', () => {
  const [one, other] = [draw('1'), draw('2')]
  const at = (strength: number) => varied(one, { noise: other, strength }, shape)
  expect(distance(at(0), one)).toBeLessThan(1e-6)
  expect(distance(at(1), other)).toBeLessThan(1e-6)
  const distances = [0.1, 0.3, 0.5, 0.9].map((strength) => distance(at(strength), one))
  expect(distances).toEqual(distances.toSorted((a, b) => a - b))
})

test('noise stays as strong as noise is, where a mean would fade', () => {
  const [one, other] = [draw('1'), draw('2')]
  expect(deviation(varied(one, { noise: other, strength: 0.5 }, shape))).toBeGreaterThan(0.93)
  expect(deviation(one.map((v, i) => (v + (other[i] ?? 0)) / 2))).toBeLessThan(0.75)
})

test('the same noise twice stays itself', () => {
  const one = draw('1')
  expect(distance(varied(one, { noise: one, strength: 0.4 }, shape), one)).toBeLessThan(1e-6)
})
