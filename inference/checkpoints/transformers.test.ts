import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { largestDifference, runGraph, type Numbers } from '../graph/graph-fixture.ts'
import type { GraphSource } from '../session-source.ts'
import { componentTypeOf } from './components.ts'
import { weightsIn } from './diffusers-folder.ts'
import { readSafetensorsHeader, readTensor, type SafetensorsFile } from './safetensors.ts'
import { type PublishedPipeline, writePublished } from './published-names-fixture.ts'
import { weightsOf, type WeightSource } from '../graph/weights.ts'

/* torch's numbers for whole networks: see reference/data/README.md */
const pipelines = fileURLToPath(new URL('../../reference/data/pipelines/', import.meta.url))
const tolerance = 1e-5

type Config = Record<string, unknown>
const configOf = async (folder: string): Promise<Config> =>
  JSON.parse(await readFile(join(pipelines, folder, 'config.json'), 'utf8')) as Config

async function graphOf(folder: string, type: string): Promise<GraphSource> {
  return built(await weightsIn(join(pipelines, folder)), type, await configOf(folder))
}

function built(weights: WeightSource, type: string, config: Config): GraphSource {
  const { canonical, graphs } = componentTypeOf(type, 'test')
  const build = graphs['']
  if (build === undefined) throw new Error(`${type} has no graph`)
  return build({ type, weights: canonical(weights), config, path: 'test' }, {})
}

const runOf = (pipeline: string, run: string): Promise<SafetensorsFile> =>
  readSafetensorsHeader(join(pipelines, pipeline, 'expected', `${run}.safetensors`))

async function feedsOf(run: SafetensorsFile, names: string[]): Promise<Record<string, Numbers>> {
  const feeds: Record<string, Numbers> = {}
  for (const name of names) feeds[name] = await readTensor(run, `denoiser_in_0.${name}`)
  return feeds
}

const fluxInputs = [
  'hidden_states',
  'encoder_hidden_states',
  'pooled_projections',
  'timestep',
  'img_ids',
  'txt_ids',
  'guidance',
]
const sd3Inputs = ['hidden_states', 'encoder_hidden_states', 'pooled_projections', 'timestep']

describe("torch's numbers", () => {
  it.each(['t2i_turbo_g0_8', 't2i_cfg4_rect_6'])('Z-Image, %s', async (name) => {
    const graph = await graphOf('zimage-tiny/diffusers/transformer', 'ZImageTransformer2DModel')
    const run = await runOf('zimage-tiny', name)
    const times = (await readTensor(run, 'denoiser_in_0.timestep')).data
    for (const [i, time] of times.entries()) {
      const batched = async (tensor: string): Promise<Numbers> => {
        const { data, shape } = await readTensor(run, `denoiser_in_0.${tensor}.${i}`)
        return { data, shape: [1, ...shape] }
      }
      const { out_hidden_states: out } = await runGraph(graph, {
        hidden_states: await batched('hidden_states'),
        encoder_hidden_states: await batched('encoder_hidden_states'),
        timestep: { data: Float32Array.of(time), shape: [1] },
      })
      const expected = await readTensor(run, `denoiser_out_0.${i}`)
      expect(out?.shape).toEqual([1, ...expected.shape])
      expect(largestDifference(out?.data ?? [], expected.data)).toBeLessThan(tolerance)
    }
  })

  it.each([
    ['flux-tiny', 't2i_dev_rect_4', 'FluxTransformer2DModel', fluxInputs],
    ['sd3-tiny', 't2i_rect_4', 'SD3Transformer2DModel', sd3Inputs],
  ])('%s', async (pipeline, name, type, inputs) => {
    const graph = await graphOf(`${pipeline}/diffusers/transformer`, type)
    const run = await runOf(pipeline, name)
    const { out_hidden_states: out } = await runGraph(graph, await feedsOf(run, inputs))
    const expected = await readTensor(run, 'denoiser_out_0')
    expect(out?.shape).toEqual(expected.shape)
    expect(largestDifference(out?.data ?? [], expected.data)).toBeLessThan(tolerance)
  })

  it.each([
    ['zimage-tiny', 'text_encoder', 'Qwen3Model', 'hidden_states.2'],
    ['flux-tiny', 'text_encoder_2', 'T5EncoderModel', 'last_hidden_state'],
    ['sd3-tiny', 'text_encoder_3', 'T5EncoderModel', 'last_hidden_state'],
  ])("text encoder of %s, as torch's own export computes it", async (pipeline, part, type, output) => {
    const graph = await graphOf(`${pipeline}/diffusers/${part}`, type)
    const ids = BigInt64Array.from({ length: 150 }, (_, i) => BigInt((i * 37 + 11) % 1900))
    const feeds = {
      input_ids: { data: ids, shape: [1, ids.length] },
      attention_mask: { data: new BigInt64Array(ids.length).fill(1n), shape: [1, ids.length] },
    }
    const exported = await runGraph(
      { kind: 'file', path: join(pipelines, pipeline, 'onnx', part, 'model.onnx') },
      feeds,
    )
    const ours = await runGraph(graph, feeds)
    expect(largestDifference(ours[output]?.data ?? [], exported[output]?.data ?? [])).toBeLessThan(tolerance)
  })
})

describe('published names give the same numbers', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sanggar-published-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function published(pipeline: PublishedPipeline): Promise<WeightSource> {
    const path = join(folder, 'published.safetensors')
    await writePublished(pipeline, path)
    return weightsOf(await readSafetensorsHeader(path))
  }

  it('FLUX.1', async () => {
    const weights = await published('flux-tiny')
    const run = await runOf('flux-tiny', 't2i_dev_rect_4')
    const graph = built(weights, 'FluxTransformer2DModel', await configOf('flux-tiny/diffusers/transformer'))
    const { out_hidden_states: out } = await runGraph(graph, await feedsOf(run, fluxInputs))
    expect(largestDifference(out?.data ?? [], (await readTensor(run, 'denoiser_out_0')).data)).toBeLessThan(
      tolerance,
    )
  })

  it('SD 3', async () => {
    const weights = await published('sd3-tiny')
    const run = await runOf('sd3-tiny', 't2i_rect_4')
    const graph = built(weights, 'SD3Transformer2DModel', { num_attention_heads: 4 })
    const { out_hidden_states: out } = await runGraph(graph, await feedsOf(run, sd3Inputs))
    expect(largestDifference(out?.data ?? [], (await readTensor(run, 'denoiser_out_0')).data)).toBeLessThan(
      tolerance,
    )
  })

  it('Z-Image with fused attention', async () => {
    const weights = await published('zimage-tiny')
    expect(weights.has('layers.0.attention.qkv.weight')).toBe(true)
    const config = await configOf('zimage-tiny/diffusers/transformer')
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
    const fused = await runGraph(built(weights, 'ZImageTransformer2DModel', config), feeds)
    const split = await runGraph(
      await graphOf('zimage-tiny/diffusers/transformer', 'ZImageTransformer2DModel'),
      feeds,
    )
    expect(
      largestDifference(fused['out_hidden_states']?.data ?? [], split['out_hidden_states']?.data ?? []),
    ).toBe(0)
  })
})
