/**
 * max |a - b| / max(1, max |expected|), the relative measure of the reference's README. Infinite when the lengths
 * differ or when one side is not finite where the other is.
 */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  return absoluteDifference(actual, expected) / Math.max(1, maximum(expected))
}

/** max |a - b|, infinite as above. */
export function absoluteDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let difference = 0
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] ?? Number.NaN
    const b = expected[i] ?? Number.NaN
    if (Object.is(a, b) || a === b) continue
    const d = Math.abs(a - b)
    if (!(d <= Number.MAX_VALUE)) return Infinity
    if (d > difference) difference = d
  }
  return difference
}

function maximum(values: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    const value = Math.abs(values[i] ?? 0)
    if (value > largest) largest = value
  }
  return largest
}

/** A problem text when `difference` exceeds `tolerance` (or is NaN), else nothing. */
export function beyond(what: string, difference: number, tolerance: number): string[] {
  return difference <= tolerance ? [] : [`${what}: ${difference.toExponential(2)} > ${tolerance}`]
}
