import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { safetensorsBytes } from '../checkpoints/safetensors-fixture.ts'
import { createGraph, type Graph, type Value } from './graph.ts'
import { largestDifference, runGraph } from './graph-fixture.ts'
import { reshaped, weightsOf, type Weight } from './weights.ts'

const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + phase))
const f32 = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer)

let folder = ''
let weights = new Map<string, Weight>()
const matrix = wave(6 * 4, 1)
const bias = wave(6, 2)
const kernel = wave(6 * 4 * 9, 3)

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-graph-')))
  const path = join(folder, 'weights.safetensors')
  const halves = {
    dtype: 'F16',
    shape: [2, 2],
    data: new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x0001).buffer),
  }
  const brains = {
    dtype: 'BF16',
    shape: [2, 2],
    data: new Uint8Array(Uint16Array.of(0x3f80, 0xc000, 0x3f00, 0x4049).buffer),
  }
  const eighths = { dtype: 'F8_E4M3', shape: [2, 2], data: Uint8Array.of(0x38, 0xc0, 0x30, 0x01) }
  await writeFile(
    path,
    safetensorsBytes([
      { name: 'odd', dtype: 'U8', shape: [1], data: Uint8Array.of(7) },
      { name: 'dense.weight', dtype: 'F32', shape: [6, 4], data: f32(matrix) },
      { name: 'dense.bias', dtype: 'F32', shape: [6], data: f32(bias) },
      { name: 'conv.weight', dtype: 'F32', shape: [6, 4, 3, 3], data: f32(kernel) },
      { name: 'norm.weight', dtype: 'F32', shape: [4], data: f32(Float32Array.of(1, 2, 3, 4)) },
      { name: 'norm.bias', dtype: 'F32', shape: [4], data: f32(Float32Array.of(0, 1, 0, -1)) },
      { name: 'half.weight', ...halves },
      { name: 'brain.weight', ...brains },
      { name: 'eighth.weight', ...eighths },
    ]),
  )
  weights = await weightsOf(await readSafetensorsHeader(path))
})
afterAll(() => rm(folder, { recursive: true }))

async function run(build: (g: Graph, x: Value) => Value, x: Float32Array, shape: number[], from = weights) {
  const g = createGraph(from)
  const input = g.input(
    'x',
    'float32',
    shape.map((_, i) => `side${i}`),
  )
  const result = build(g, input)
  g.output('y', result, ['a'].concat(Array.from({ length: shape.length - 1 }, (_, i) => `out${i}`)))
  const { y } = await runGraph(g.finish('test', folder), { x: { data: x, shape } })
  if (y === undefined) throw new Error('no output')
  return y
}

/** y[r, o] = sum over i of x[r, i] w[o, i] + b[o] */
function dense(
  x: Float32Array,
  w: ArrayLike<number>,
  b: ArrayLike<number>,
  from: number,
  to: number,
): number[] {
  const inputs = 4
  const result: number[] = []
  for (let r = 0; r < x.length / inputs; r++) {
    for (let o = from; o < to; o++) {
      let sum = b[o] as number
      for (let i = 0; i < inputs; i++) sum += (x[r * inputs + i] as number) * (w[o * inputs + i] as number)
      result.push(sum)
    }
  }
  return result
}

describe('a graph over bytes of a safetensors file', () => {
  const x = wave(2 * 3 * 4, 0)

  it('multiplies, wholly and by rows', async () => {
    const whole = await run((g, value) => g.linear(value, 'dense'), x, [2, 3, 4])
    expect(whole.shape).toEqual([2, 3, 6])
    expect(largestDifference(whole.data, dense(x, matrix, bias, 0, 6))).toBeLessThan(1e-6)
    const some = await run((g, value) => g.linear(value, 'dense', { rows: [2, 5] }), x, [2, 3, 4])
    expect(largestDifference(some.data, dense(x, matrix, bias, 2, 5))).toBeLessThan(1e-6)
  })

  it('multiplies with a matrix that the file holds transposed', async () => {
    const turned = Float32Array.from(
      { length: 24 },
      (_, i) => matrix[(i % 4) * 6 + Math.floor(i / 4)] as number,
    )
    const from = new Map([
      ['dense.weight', { ...reshaped(weights.get('dense.weight') as Weight, [6, 4]), transposed: true }],
    ])
    const y = await run((g, value) => g.linear(value, 'dense'), x, [2, 3, 4], from)
    expect(largestDifference(y.data, dense(x, turned, new Float32Array(6), 0, 6))).toBeLessThan(1e-6)
  })

  it.each(['half', 'brain', 'eighth'])('widens %s precision', async (name) => {
    const last = { half: 2 ** -24, brain: 3.140625, eighth: 2 ** -9 }[name] as number
    const y = await run((g, value) => g.linear(value, name), Float32Array.of(1, 0, 0, 1), [2, 2])
    expect([...y.data]).toEqual([1, 0.5, -2, last].map(Math.fround))
    const rows = await run(
      (g, value) => g.embedding(g.cast(value, 'int64'), `${name}.weight`),
      Float32Array.of(1, 0),
      [2],
    )
    expect([...rows.data]).toEqual([0.5, last, 1, -2].map(Math.fround))
  })

  it('convolves', async () => {
    const picture = wave(4 * 5 * 7, 4)
    const y = await run((g, value) => g.conv(value, 'conv', { padding: 1, stride: 2 }), picture, [1, 4, 5, 7])
    expect(y.shape).toEqual([1, 6, 3, 4])
    let sum = 0
    for (let c = 0; c < 4; c++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let kx = 0; kx < 3; kx++) {
          const at = (c * 5 + 2 + ky - 1) * 7 + 4 + kx - 1
          sum += (picture[at] as number) * (kernel[(5 * 4 + c) * 9 + ky * 3 + kx] as number)
        }
      }
    }
    expect(y.data[(5 * 3 + 1) * 4 + 2]).toBeCloseTo(sum, 5)
  })

  it('normalises groups of channels', async () => {
    const y = await run(
      (g, value) => g.groupNorm(value, 'norm', { groups: 2, epsilon: 1e-5 }),
      x,
      [1, 4, 2, 3],
    )
    const group = x.subarray(12, 24)
    const mean = group.reduce((sum, value) => sum + value, 0) / 12
    const variance = group.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 12
    const expected = group.map(
      (value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * (i < 6 ? 3 : 4) - (i < 6 ? 0 : 1),
    )
    expect(largestDifference(y.data.subarray(12), expected)).toBeLessThan(2e-6)
  })

  it('attends, looking back only when causal', async () => {
    const q = wave(3 * 4, 5)
    const plain = (heads: number, causal: boolean): number[] => {
      const size = 4 / heads
      const result = Array<number>(12).fill(0)
      for (let h = 0; h < heads; h++) {
        for (let i = 0; i < 3; i++) {
          const scores = Array.from({ length: causal ? i + 1 : 3 }, (_, j) => {
            let dot = 0
            for (let d = 0; d < size; d++)
              dot += (q[i * 4 + h * size + d] as number) * (q[j * 4 + h * size + d] as number)
            return Math.exp(dot / Math.sqrt(size))
          })
          const total = scores.reduce((sum, score) => sum + score, 0)
          for (const [j, score] of scores.entries()) {
            for (let d = 0; d < size; d++) {
              result[i * 4 + h * size + d]! += (score / total) * (q[j * 4 + h * size + d] as number)
            }
          }
        }
      }
      return result
    }
    for (const causal of [false, true]) {
      const y = await run((g, value) => g.attention(value, value, value, { heads: 2, causal }), q, [1, 3, 4])
      expect(largestDifference(y.data, plain(2, causal))).toBeLessThan(1e-6)
    }
  })

  it('enlarges to the size of another picture, odd sizes too', async () => {
    const y = await run(
      (g, value) => g.upsampleLike(g.slice(g.slice(value, 2, 0, 2), 3, 0, 3), value),
      Float32Array.from({ length: 15 }, (_, i) => i),
      [1, 1, 3, 5],
    )
    expect([...y.data]).toEqual([0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 5, 5, 6, 6, 7])
  })
})
