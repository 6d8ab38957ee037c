import { expect, test } from 'vitest'
import { encodeModel } from '../graph/onnx.ts'
import type { ModelParts } from '../model-parts.ts'
import { ModelSessions } from '../model-sessions.ts'
import { createGenerator } from '../random.ts'
import { type DenoiserBuffers, callDenoiser } from './denoiser-call.ts'
import type { RunContext } from './pipeline.ts'

/** out = sample + timestep + text, as a graph that takes `batch` at a time. */
function contextOf(batch: number | string): RunContext {
  const latents = [batch, 1, 2, 2]
  const bytes = encodeModel({
    name: 'adding',
    opsets: { '': 17 },
    nodes: [
      {
        name: 'a',
        type: 'Add',
        domain: '',
        inputs: ['sample', 'encoder_hidden_states'],
        outputs: ['s'],
        attributes: {},
      },
      { name: 'b', type: 'Add', domain: '', inputs: ['s', 'timestep'], outputs: ['out'], attributes: {} },
    ],
    initialisers: [],
    inputs: [
      { name: 'sample', type: 'float32', shape: latents },
      { name: 'timestep', type: 'float32', shape: [1] },
      { name: 'encoder_hidden_states', type: 'float32', shape: latents },
    ],
    outputs: [{ name: 'out', type: 'float32', shape: latents }],
  })
  const source = { kind: 'bytes' as const, bytes, path: 'adding' }
  const unet = { source, config: {}, bytes: 0, inputs: [], outputs: [], shapes: {} }
  const parts: ModelParts = { path: '', index: {}, components: { unet }, tokenizers: {}, manifest: {} }
  return {
    sessions: new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy: 'keep' }),
    noise: createGenerator('1'),
    pause: () => Promise.resolve(),
    stage: () => undefined,
    note: () => undefined,
  }
}

const feeds = (sample: number, text: number) => ({
  sample: { data: Float32Array.of(sample, 0, 0, 1), shape: [1, 1, 2, 2] },
  timestep: { scalar: 100 },
  encoder_hidden_states: { data: Float32Array.of(text, 0, 0, 0), shape: [1, 1, 2, 2] },
})

test.each([['batch'], [1], [2], [3]])('two halves through a graph of batch %s', async (batch) => {
  const context = contextOf(batch)
  const [first, second] = await callDenoiser(context, 'unet', [feeds(1, 10), feeds(2, 20)])
  expect(first).toEqual(Float32Array.of(111, 100, 100, 101))
  expect(second).toEqual(Float32Array.of(122, 100, 100, 101))
  const [alone] = await callDenoiser(context, 'unet', [feeds(3, 30)])
  expect(alone).toEqual(Float32Array.of(133, 100, 100, 101))
  await context.sessions.releaseAll()
})

test('the second step writes where the first one did', async () => {
  const context = contextOf('batch')
  const buffers: DenoiserBuffers = new Map()
  const before = await callDenoiser(context, 'unet', [feeds(1, 10), feeds(2, 20)], buffers)
  const after = await callDenoiser(context, 'unet', [feeds(5, 50), feeds(6, 60)], buffers)
  expect(after[0]).toBe(before[0])
  expect(after[1]).toBe(before[1])
  expect([after[0]?.[0], after[1]?.[0]]).toEqual([155, 166])
  await context.sessions.releaseAll()
})

test('numbers that overflowed are noticed in the step in which it happens', async () => {
  const context = contextOf('batch')
  await expect(callDenoiser(context, 'unet', [feeds(Number.NaN, 0)])).rejects.toMatchObject({
    failure: { code: 'output-not-finite', stage: 'unet' },
  })
  await context.sessions.releaseAll()
})
