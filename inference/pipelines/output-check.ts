import { SanggarError } from '../../contract/errors.ts'

/** NaN and infinity come from overflow in half precision. Throws 'output-not-finite'. */
export function checkFinite(values: Float32Array, stage: string): void {
  for (const value of values) {
    // Also false for NaN.
    if (!(Math.abs(value) <= Number.MAX_VALUE)) throw new SanggarError({ code: 'output-not-finite', stage })
  }
}

/** Finite, and not one constant, which is what a broken export answers. Throws 'output-constant' too. */
export function checkOutput(values: Float32Array, stage: string): void {
  checkFinite(values, stage)
  const first = values[0]
  if (values.length > 1 && values.every((value) => value === first)) {
    throw new SanggarError({ code: 'output-constant', stage })
  }
}

/** A picture of one colour is what overflow and broken drivers answer. Throws 'output-constant'. */
export function checkPicture(bytes: Uint8Array): void {
  const [first] = bytes
  if (bytes.length > 3 && bytes.every((byte) => byte === first)) {
    throw new SanggarError({ code: 'output-constant', stage: 'picture' })
  }
}
