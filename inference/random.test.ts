import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createGenerator } from './random.ts'

const close = (actual: Float32Array, expected: readonly number[]): void => {
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6)
}

describe('torch.Generator', () => {
  test('fills blocks of sixteen', () => {
    close(createGenerator(0n).randn(16384), [-1.1258398, -1.1523602, -0.2505786, -0.4338788])
    close(createGenerator('42').randn(24576), [1.9269153, 1.4872841, 0.9007172, -2.105521])
  })

  test('draws fewer than sixteen one by one, in double', () => {
    const few = createGenerator(7n).randn(3)
    const one = createGenerator(7n)
    close(few, [one.randn(1)[0] ?? 0, one.randn(1)[0] ?? 0, one.randn(1)[0] ?? 0])
    expect(few[0]).not.toBeCloseTo(createGenerator(7n).randn(16)[0] ?? 0, 3)
  })

  test('feeds only the lower half of the seed to the twister', () => {
    expect(createGenerator(1n << 32n).randn(16)).toEqual(createGenerator(0n).randn(16))
    expect(createGenerator('18446744073709551615').randn(16)).toEqual(createGenerator('4294967295').randn(16))
  })

  test('refuses what is no seed', () => {
    for (const seed of ['', '-1', '1.5', '0x10', ' 7', '18446744073709551616']) {
      expect(() => createGenerator(seed)).toThrow(RangeError)
    }
    expect(() => createGenerator(-1n)).toThrow(RangeError)
  })

  test('gives nothing for nothing', () => {
    expect(createGenerator(1n).randn(0)).toHaveLength(0)
  })

  test('goes on to the bit from any state', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 6 })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), lengths, lengths, (seed, before, after) => {
        const generator = createGenerator(seed)
        for (const length of before) generator.randn(length)
        const state = structuredClone(generator.state())
        const straight = after.map((length) => generator.randn(length))
        const other = createGenerator(0n)
        other.restore(state)
        expect(after.map((length) => other.randn(length))).toEqual(straight)
      }),
      { numRuns: 40 },
    )
  })
})
