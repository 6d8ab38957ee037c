import { expect, it } from 'vitest'

import { bytesInMemory } from './weights-in-memory.ts'
import type { Weight } from './weights.ts'

const weight = (dtype: string, shape: number[], bytes: number, more: Partial<Weight> = {}): Weight => ({
  dtype,
  shape,
  path: '/model.safetensors',
  begin: 100,
  end: 100 + bytes,
  ...more,
})
const inBytes = (outputs: number, inputs: number) => ({
  values: weight('I8', [inputs, outputs], inputs * outputs),
  scales: weight('F32', [outputs], 4 * outputs),
  form: 'fast' as const,
})

it('counts what runs: bytes where layers have them, float32 where they have none, nothing for tables', () => {
  const half = weight('F16', [64, 32], 2 * 64 * 32)
  const rows = new Map([['[0:48]', inBytes(48, 32)]])
  const nibbles = {
    values: weight('U8', [64, 1, 16], 64 * 16),
    scales: weight('F32', [64], 4 * 64),
    form: 'small' as const,
  }
  const sizes: [string, Weight, number][] = [
    ['exact.weight', half, 4 * 64 * 32],
    ['bytes.weight', { ...half, quantised: new Map([['', inBytes(64, 32)]]) }, 64 * 32 + 4 * 64],
    // 16 rows of 64 have no form in bytes.
    ['mixed.weight', { ...half, quantised: rows }, 48 * 32 + 4 * 48 + 4 * 16 * 32],
    ['nibbles.weight', { ...half, quantised: new Map([['', nibbles]]) }, 64 * 16 + 4 * 64],
    ['tiled.weight', { ...half, winograd: weight('F32', [36, 8, 8], 4 * 36 * 64) }, 4 * 36 * 64],
    ['model.embed_tokens.weight', weight('BF16', [4096, 32], 2 * 4096 * 32), 0],
  ]
  for (const [name, one, bytes] of sizes) expect(bytesInMemory(new Map([[name, one]])), name).toBe(bytes)
  const all = new Map(sizes.map(([name, one]) => [name, one]))
  expect(bytesInMemory(all)).toBe(sizes.reduce((sum, [, , bytes]) => sum + bytes, 0))
})
