import { expect, test } from 'vitest'
import { createGenerator } from '../random.ts'
import { cellMeans, fitProjection, project } from './latent-projection.ts'

test('a linear relation of latents and colours is found again', () => {
  const [channels, area] = [4, 100]
  const latents = createGenerator('1').randn(channels * area)
  const weights = [
    [0.3, -0.2, 0.1, 0, 0.05],
    [0, 0.4, -0.1, 0.2, -0.1],
    [0.1, 0.1, 0.1, 0.1, 0],
  ]
  const colours = new Float32Array(3 * area)
  weights.forEach((row, k) => {
    for (let i = 0; i < area; i++) {
      let value = row[channels] ?? 0
      for (let c = 0; c < channels; c++) value += (row[c] ?? 0) * (latents[c * area + i] ?? 0)
      colours[k * area + i] = value
    }
  })
  const shown = project(fitProjection(latents, colours, channels), latents)
  shown.forEach((value, i) => expect(value).toBeCloseTo(colours[i] ?? NaN, 2))
})

test('latents that are all alike give the mean colour and no singular system', () => {
  const latents = new Float32Array(2 * 9).fill(0.5)
  const colours = Float32Array.from({ length: 27 }, (_, i) => (i < 9 ? 0.25 : -0.5))
  const shown = project(fitProjection(latents, colours, 2), latents)
  expect(shown[0]).toBeCloseTo(0.25, 2)
  expect(shown[26]).toBeCloseTo(-0.5, 2)
})

test('means of cells', () => {
  const data = Float32Array.of(1, 3, 5, 7, 1, 3, 5, 7)
  expect([...cellMeans(data, 1, 2, 4, 2)]).toEqual([2, 6])
})
