import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { openCheckpoint } from '../checkpoints/checkpoint.ts'
import { runGraph, type Numbers } from '../graph/graph-fixture.ts'
import { bytesInMemory } from '../graph/weights-in-memory.ts'
import { fittingCheckpoint } from './fitting-checkpoint.ts'

const model = fileURLToPath(new URL('../../reference/data/pipelines/zimage-tiny/diffusers', import.meta.url))
let cacheFolder = ''
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'sanggar-fitting-'))
})
afterAll(() => rm(cacheFolder, { recursive: true }))

const feeds: Record<string, Numbers> = {
  hidden_states: {
    data: Float32Array.from({ length: 16 * 96 }, (_, i) => Math.sin(i)),
    shape: [1, 16, 1, 12, 8],
  },
  encoder_hidden_states: {
    data: Float32Array.from({ length: 33 * 32 }, (_, i) => Math.cos(i)),
    shape: [1, 33, 32],
  },
  timestep: { data: Float32Array.of(0.3), shape: [1] },
}

function relativeError(a: Float32Array, b: Float32Array): number {
  let [difference, total] = [0, 0]
  for (const [i, value] of b.entries()) {
    difference += ((a[i] as number) - value) ** 2
    total += value ** 2
  }
  return Math.sqrt(difference / total)
}

it('leaves what fits exact, and brings down what does not, as little as it needs', async () => {
  const checkpoint = await openCheckpoint(model)
  const options = { cacheFolder, threads: 1, smallest: 256 } as const
  const roomy = await fittingCheckpoint(checkpoint, { ...options, precision: 'auto', memory: 1e9 })
  expect(roomy.forms).toEqual({})
  expect(roomy.checkpoint).toBe(checkpoint)

  const transformer = checkpoint.networks.get('transformer')
  // Room for a byte for each of its numbers, and not for four; the text encoder is small enough as it is.
  const memory = transformer === undefined ? 0 : bytesInMemory(transformer.weights) / 4
  const tight = await fittingCheckpoint(checkpoint, { ...options, precision: 'auto', memory })
  expect(tight.forms).toEqual({ transformer: 'balanced' })
  const exact = (await runGraph(checkpoint.graph('transformer'), feeds))['out_hidden_states']
  const rounded = (await runGraph(tight.checkpoint.graph('transformer'), feeds))['out_hidden_states']
  const error = relativeError(rounded?.data ?? new Float32Array(), exact?.data ?? new Float32Array())
  expect(error).toBeGreaterThan(0)
  expect(error).toBeLessThan(0.1)

  const tightest = await fittingCheckpoint(checkpoint, { ...options, precision: 'auto', memory: 1000 })
  expect(tightest.forms).toEqual({ text_encoder: 'small', transformer: 'small' })
  const coarse = (await runGraph(tightest.checkpoint.graph('transformer'), feeds))['out_hidden_states']
  const coarser = relativeError(coarse?.data ?? new Float32Array(), exact?.data ?? new Float32Array())
  expect(coarser).toBeGreaterThan(error)
  expect(coarser).toBeLessThan(0.5)

  const chosen = await fittingCheckpoint(checkpoint, { ...options, precision: 'fast', memory: 1e9 })
  expect(chosen.forms).toEqual({ transformer: 'fast' })
  const never = await fittingCheckpoint(checkpoint, { ...options, precision: 'exact', memory: 1 })
  expect(never.forms).toEqual({})
})
