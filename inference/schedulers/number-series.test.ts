import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { symmetricBetaQuantile } from './beta-quantile.ts'
import { limitOf } from './limiting.ts'
import { combine } from './linear-combination.ts'
import { countdown, interpolate, linspace, roundHalfEven, torchLinspace } from './number-series.ts'

describe('numpy’s habits', () => {
  test('halves are rounded to even', () => {
    expect([0.5, 1.5, 2.5, -1.5, 2.4999, 2.5001].map(roundHalfEven)).toEqual([0, 2, 2, -2, 2, 3])
  })

  test('linspace ends where it should', () => {
    expect(linspace(0, 999, 1)).toEqual([0])
    expect(linspace(0, 1, 11).at(-1)).toBe(1)
    expect(torchLinspace(0, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1])
  })

  test('countdown stops above zero', () => {
    expect(countdown(10, 4)).toEqual([10, 6, 2])
    expect(countdown(8, 4)).toEqual([8, 4])
  })

  test('interpolation is held at both ends', () => {
    expect([-1, 0, 0.5, 1, 9].map((x) => interpolate([2, 4], x))).toEqual([2, 2, 3, 4, 4])
  })
})

describe('the quantile of Beta(0.6, 0.6)', () => {
  // ∫₀ˣ by the substitution t = sin² φ, which takes the singularity away (midpoint rule).
  const cumulative = (x: number): number => {
    const integral = (end: number): number => {
      const steps = 20_000
      let sum = 0
      for (let i = 0; i < steps; i++) {
        const phi = ((i + 0.5) / steps) * end
        sum += (Math.sin(phi) * Math.cos(phi)) ** 0.2
      }
      return (sum / steps) * end
    }
    return integral(Math.asin(Math.sqrt(x))) / integral(Math.PI / 2)
  }

  test('undoes the distribution function', () => {
    for (const p of [0.001, 0.05, 0.25, 0.5, 0.7, 0.95, 0.999]) {
      expect(cumulative(symmetricBetaQuantile(p, 0.6))).toBeCloseTo(p, 5)
    }
  })

  test('rises from 0 to 1 symmetrically', () => {
    expect([0, 0.5, 1].map((p) => symmetricBetaQuantile(p, 0.6))).toEqual([0, 0.5, 1])
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        (p, a) => {
          const x = symmetricBetaQuantile(p, a)
          expect(x).toBeGreaterThan(0)
          expect(symmetricBetaQuantile(p * 1.01, a)).toBeGreaterThan(x)
          expect(symmetricBetaQuantile(1 - p, a)).toBeCloseTo(1 - x, 9)
        },
      ),
    )
  })

  test('is the square of a sine for the arcsine distribution', () => {
    for (const p of [0.01, 0.2, 0.49]) {
      expect(symmetricBetaQuantile(p, 0.5)).toBeCloseTo(Math.sin((Math.PI * p) / 2) ** 2, 12)
    }
  })
})

describe('tensors', () => {
  test('a combination leaves out what weighs nothing', () => {
    const x = Float32Array.of(1, 2)
    const junk = Float32Array.of(Number.NaN, Infinity)
    expect(combine([2, x], [0, junk])).toEqual(Float32Array.of(2, 4))
    expect(combine([1, x], [1, x], [-3, x])).toEqual(Float32Array.of(-1, -2))
    expect(combine([1, x])).not.toBe(x)
  })

  test('thresholding looks at each image by itself', () => {
    const limit = limitOf(
      { thresholding: true, dynamic_thresholding_ratio: 1, sample_max_value: 4 },
      { thresholds: false },
      2,
    )
    expect(limit(Float32Array.of(0.5, -0.5, 8, -2))).toEqual(Float32Array.of(0.5, -0.5, 1, -0.5))
  })
})
