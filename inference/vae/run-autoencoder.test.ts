import { expect, test } from 'vitest'
import { SanggarError } from '../../contract/errors.ts'
import { encodeModel } from '../graph/onnx.ts'
import type { ModelParts } from '../model-parts.ts'
import { ModelSessions } from '../model-sessions.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import { createGenerator } from '../random.ts'
import { openSession } from '../session.ts'
import { decodeLatents } from './decode.ts'

/** A decoder that enlarges nothing: three channels out of three, plus one. */
const graph = encodeModel({
  name: 'decoder',
  opsets: { '': 17 },
  nodes: [
    { name: 'a', type: 'Add', domain: '', inputs: ['latent', 'latent'], outputs: ['sample'], attributes: {} },
  ],
  initialisers: [],
  inputs: [{ name: 'latent', type: 'float32', shape: [1, 3, 'h', 'w'] }],
  outputs: [{ name: 'sample', type: 'float32', shape: [1, 3, 'h', 'w'] }],
})
const source = { kind: 'bytes' as const, bytes: graph, path: 'decoder' }
const parts: ModelParts = {
  path: '',
  index: {},
  components: {
    vae_decoder: {
      source,
      config: { block_out_channels: [1, 1] },
      bytes: 0,
      inputs: [],
      outputs: [],
      shapes: {},
    },
  },
  tokenizers: {},
  manifest: {},
}
const space = { channels: 3, factor: 1, scale: 1, shift: 0, sizeMultiple: 1 }

/** Runs that ask for more than `limit` latents find no memory, on the card and, with `everywhere`, on the CPU. */
async function decoded(
  side: number,
  limit: number,
  more: { everywhere?: boolean; largestTile?: number } = {},
) {
  const notes: string[] = []
  const tried: string[] = []
  const note = (code: string, detail: string) => void notes.push(`${code} ${detail}`)
  const sessions = new ModelSessions(parts, {
    executionProvider: 'cuda',
    threads: 1,
    policy: 'keep',
    largestTile: more.largestTile,
    onNote: ({ code, detail }) => note(code, detail),
    open: async (graphSource, options) => {
      const real = await openSession(graphSource, { ...options, executionProvider: 'cpu' })
      const provider = options.executionProvider === 'cpu' ? ('cpu' as const) : ('cuda' as const)
      return {
        ...real,
        executionProvider: provider,
        run: (feeds, outputs) => {
          const { shape } = Object.values(feeds)[0] as { shape: number[] }
          const size = Math.max(...shape.slice(2))
          tried.push(`${provider} ${size}`)
          return size > limit && (provider === 'cuda' || more.everywhere === true)
            ? Promise.reject(new SanggarError({ code: 'out-of-memory', stage: options.stage }))
            : real.run(feeds, outputs)
        },
      }
    },
  })
  const context: RunContext = {
    sessions,
    noise: createGenerator('1'),
    pause: () => Promise.resolve(),
    stage: () => undefined,
    note,
  }
  const latents = createGenerator('2').randn(3 * side * side)
  const result = await decodeLatents(context, latents, [1, 3, side, side], space).finally(() =>
    sessions.releaseAll(),
  )
  const worst = result.data.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - 2 * (latents[i] ?? 0))),
    0,
  )
  return { notes, tried: [...new Set(tried)], worst }
}

test('whole where memory holds it, and nothing is noted', async () => {
  expect(await decoded(100, 100)).toEqual({ notes: [], tried: ['cuda 100'], worst: 0 })
})

test.each([
  [64, ['cuda 100', 'cuda 64'], 'decoded-in-tiles 2x2, 64 px'],
  [40, ['cuda 100', 'cuda 64', 'cuda 32'], 'decoded-in-tiles 4x4, 32 px'],
  [16, ['cuda 100', 'cuda 64', 'cuda 32', 'cuda 16'], 'decoded-in-tiles 8x8, 16 px'],
])(
  'with memory for %i latents a side: smaller tiles, and the trail says which',
  async (limit, tried, note) => {
    const result = await decoded(100, limit)
    expect(result).toMatchObject({ tried, notes: [note] })
    expect(result.worst).toBeLessThan(1e-5)
  },
)

test('when no tile fits the card, the CPU decodes, whole', async () => {
  const result = await decoded(100, 8)
  expect(result.tried).toEqual(['cuda 100', 'cuda 64', 'cuda 32', 'cuda 16', 'cpu 100'])
  expect(result.notes).toEqual(['provider-failed vae_decoder (cuda)'])
})

test('when nothing fits anywhere, that is said', async () => {
  await expect(decoded(100, 8, { everywhere: true })).rejects.toMatchObject({
    failure: { code: 'out-of-memory', stage: 'vae_decoder' },
  })
})

test('the second try after a crash begins with small tiles; a small picture stays whole', async () => {
  expect(await decoded(100, 100, { largestTile: 32 })).toMatchObject({ tried: ['cuda 32'] })
  expect(await decoded(12, 100, { largestTile: 32 })).toMatchObject({ tried: ['cuda 12'], notes: [] })
})
