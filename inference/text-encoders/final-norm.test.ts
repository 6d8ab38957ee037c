import { expect, test } from 'vitest'
import { createGenerator } from '../random.ts'
import { finalNorm } from './final-norm.ts'

function layerNorm(values: Float32Array, width: number, gain: number[], bias: number[]): Float32Array {
  const result = new Float32Array(values.length)
  for (let start = 0; start < values.length; start += width) {
    const token = values.subarray(start, start + width)
    const mean = token.reduce((sum, value) => sum + value, 0) / width
    const variance = token.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width
    token.forEach((value, i) => {
      result[start + i] = ((value - mean) / Math.sqrt(variance + 1e-5)) * (gain[i] ?? 0) + (bias[i] ?? 0)
    })
  }
  return result
}

test('gain and bias come out of the outputs and hold for another layer', () => {
  const [tokens, width] = [77, 8]
  const generator = createGenerator('2')
  const gain = Array.from({ length: width }, (_, i) => 0.5 + i / 4)
  const bias = Array.from({ length: width }, (_, i) => i / 10 - 0.3)
  const tensor = (data: Float32Array) => ({ data, shape: [1, tokens, width] })
  const deepest = generator.randn(tokens * width).map((value) => value * 20)
  const earlier = generator.randn(tokens * width)
  const norm = finalNorm(tensor(deepest), tensor(layerNorm(deepest, width, gain, bias)))
  const expected = layerNorm(earlier, width, gain, bias)
  norm(tensor(earlier)).data.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5))
})
