import { Tensor } from 'onnxruntime-node'

/*
 * [Note: Half precision feeds] onnxruntime-common 1.27 stores float16 tensors in a Float16Array where the
 * language has one, but the native binding of onnxruntime-node 1.27 only takes Uint16Array for them ("not enough
 * space: expected 4, got 0"). The choice is made once, when the first tensor is constructed, so the class is
 * hidden for that moment. A test feeds a float16 graph, so that a fixed release is noticed.
 */
const half = globalThis.Float16Array
try {
  Reflect.deleteProperty(globalThis, 'Float16Array')
  void new Tensor('float16', new Uint16Array(1), [1])
} finally {
  globalThis.Float16Array = half
}

/** float32 -> IEEE half bits, rounded to nearest even; beyond 65504 becomes infinite. */
export function toHalf(values: ArrayLike<number>): Uint16Array {
  return new Uint16Array(new Float16Array(values).buffer)
}

export function fromHalf(bits: Uint16Array): Float32Array {
  return new Float32Array(new Float16Array(bits.buffer, bits.byteOffset, bits.length))
}
