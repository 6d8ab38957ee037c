import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { safetensorsBytes } from '../checkpoints/safetensors-fixture.ts'
import { createGenerator } from '../random.ts'
import { createGraph } from './graph.ts'
import { largestDifference, runGraph } from './graph-fixture.ts'
import { weightsOf, type Weight } from './weights.ts'
import { transformedKernels } from './winograd-matrices.ts'

let folder = ''
let weights = new Map<string, Weight>()
const { randn } = createGenerator('3')
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-winograd-')))
  const kernel = randn(8 * 5 * 9)
  const bytes = (numbers: Float32Array): Uint8Array => new Uint8Array(numbers.buffer)
  const path = join(folder, 'model.safetensors')
  await writeFile(
    path,
    safetensorsBytes([
      { name: 'kernel.weight', dtype: 'F32', shape: [8, 5, 3, 3], data: bytes(kernel) },
      { name: 'kernel.bias', dtype: 'F32', shape: [8], data: bytes(randn(8)) },
      { name: 'tiles', dtype: 'F32', shape: [36, 8, 5], data: bytes(transformedKernels(kernel)) },
    ]),
  )
  weights = await weightsOf(await readSafetensorsHeader(path))
})
afterAll(() => rm(folder, { recursive: true }))

function graph(from: Map<string, Weight>) {
  const g = createGraph(from)
  const x = g.input('x', 'float32', ['batch', 5, 'height', 'width'])
  g.output('y', g.conv(x, 'kernel', { padding: 1 }), ['batch', 8, 'h', 'w'])
  return g.finish('winograd', folder)
}

it.each([
  [1, 4, 4],
  [2, 8, 12],
  [1, 9, 7],
  [3, 1, 1],
  [1, 2, 6],
  [2, 64, 33],
])('a convolution by tiles is the convolution: %i pictures of %i x %i', async (batch, height, width) => {
  const feeds = { x: { data: randn(batch * 5 * height * width), shape: [batch, 5, height, width] } }
  const tiles = weights.get('tiles') as Weight
  const tiled = new Map(weights).set('kernel.weight', {
    ...(weights.get('kernel.weight') as Weight),
    winograd: tiles,
  })
  const [exact, fast] = [await runGraph(graph(weights), feeds), await runGraph(graph(tiled), feeds)]
  expect(fast['y']?.shape).toEqual([batch, 8, height, width])
  expect(largestDifference(fast['y']?.data ?? [], exact['y']?.data ?? [])).toBeLessThan(2e-4)
})
