import type { TensorSpec } from '../checkpoints/safetensors-fixture.ts'

/** Numbers between -1 and 1, other ones for every phase. */
export const wave = (count: number, phase: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(i * 2.3 + phase))

export const tensor = (name: string, shape: number[], data: number[]): TensorSpec => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(Float32Array.from(data).buffer),
})

/** [rows, inner] x [inner, columns] */
export function product(a: number[], b: number[], rows: number, inner: number, columns: number): number[] {
  return Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0
    for (let i = 0; i < inner; i++)
      sum += (a[Math.floor(at / columns) * inner + i] as number) * (b[i * columns + (at % columns)] as number)
    return sum
  })
}
