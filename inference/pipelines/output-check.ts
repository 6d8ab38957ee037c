import { SanggarError } from '../../contract/errors.ts'

/**
 * What a stage made must be numbers that differ: NaN and infinity come from overflow in half precision, one
 * constant from a broken export. Throws 'output-not-finite' or 'output-constant'.
 */
export function checkOutput(values: Float32Array, stage: string): void {
  let least = Infinity
  let most = -Infinity
  for (const value of values) {
    // Also false for NaN.
    if (!(Math.abs(value) <= Number.MAX_VALUE)) throw new SanggarError({ code: 'output-not-finite', stage })
    if (value < least) least = value
    if (value > most) most = value
  }
  if (values.length > 1 && least === most) throw new SanggarError({ code: 'output-constant', stage })
}
