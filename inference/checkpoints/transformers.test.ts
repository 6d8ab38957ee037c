import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { largestDifference, runGraph, type Numbers } from '../graph/graph-fixture.ts'
import type { GraphSource } from '../session-source.ts'
import { componentTypeOf } from './components.ts'
import { weightsIn } from './diffusers-folder.ts'
import { readSafetensorsHeader, readTensor, type SafetensorsFile } from './safetensors.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'
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

  type Row = [published: string, diffusers: string[]]

  /** Writes a checkpoint again under published names, layers stacked by rows as published files have them. */
  async function published(
    from: string,
    rows: Row[],
    turned: Record<string, string> = {},
  ): Promise<WeightSource> {
    const file = await readSafetensorsHeader(join(pipelines, from, 'diffusion_pytorch_model.safetensors'))
    const specs: TensorSpec[] = []
    const taken = new Set<string>()
    const outer: Record<string, string> = { 'norm_out.linear': 'final_layer.adaLN_modulation.1', ...turned }
    for (const [name, parts] of rows) {
      for (const ending of ['.weight', '.bias', '']) {
        if (!file.tensors.has(`${parts[0]}${ending}`)) continue
        const tensors = await Promise.all(parts.map((part) => readTensor(file, `${part}${ending}`)))
        const count = tensors.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0)
        const data = Buffer.concat(tensors.map((tensor) => Buffer.from(tensor.data.buffer)))
        const target = name.endsWith('.scale') ? name : `${name}${ending}`
        specs.push({
          name: target,
          dtype: 'F32',
          shape: [count, ...(tensors[0]?.shape.slice(1) ?? [])],
          data,
        })
        for (const part of parts) taken.add(`${part}${ending}`)
      }
    }
    expect(
      [...file.tensors.keys()].filter(
        (name) => !taken.has(name) && !Object.keys(outer).some((start) => name.startsWith(start)),
      ),
    ).toEqual([])
    // Shift before scale.
    for (const [theirs, own] of Object.entries(outer)) {
      for (const ending of ['weight', 'bias']) {
        if (!file.tensors.has(`${theirs}.${ending}`)) continue
        specs.push({ name: `${own}.${ending}`, ...swapped(await readTensor(file, `${theirs}.${ending}`)) })
      }
    }
    const path = join(folder, 'published.safetensors')
    await writeFile(path, safetensorsBytes(specs))
    return weightsOf(await readSafetensorsHeader(path))
  }

  function swapped({ shape, data }: { shape: number[]; data: Float32Array }): Omit<TensorSpec, 'name'> {
    const half = data.length / 2
    const turned = Float32Array.from(data, (_, i) => data[(i + half) % data.length] as number)
    return { dtype: 'F32', shape, data: new Uint8Array(turned.buffer) }
  }

  const attention = (start: string, name = 'to_'): string[] =>
    ['q', 'k', 'v'].map((part) => `${start}.${name}${part}`)

  it('FLUX.1', async () => {
    const rows: Row[] = [
      ['img_in', ['x_embedder']],
      ['txt_in', ['context_embedder']],
      ['final_layer.linear', ['proj_out']],
      ...(
        [
          ['time_in', 'timestep_embedder'],
          ['vector_in', 'text_embedder'],
          ['guidance_in', 'guidance_embedder'],
        ] as const
      ).flatMap(([own, theirs]): Row[] => [
        [`${own}.in_layer`, [`time_text_embed.${theirs}.linear_1`]],
        [`${own}.out_layer`, [`time_text_embed.${theirs}.linear_2`]],
      ]),
      ['double_blocks.0.img_mod.lin', ['transformer_blocks.0.norm1.linear']],
      ['double_blocks.0.txt_mod.lin', ['transformer_blocks.0.norm1_context.linear']],
      ['double_blocks.0.img_attn.qkv', attention('transformer_blocks.0.attn')],
      [
        'double_blocks.0.txt_attn.qkv',
        ['add_q_proj', 'add_k_proj', 'add_v_proj'].map((part) => `transformer_blocks.0.attn.${part}`),
      ],
      ['double_blocks.0.img_attn.norm.query_norm.scale', ['transformer_blocks.0.attn.norm_q']],
      ['double_blocks.0.img_attn.norm.key_norm.scale', ['transformer_blocks.0.attn.norm_k']],
      ['double_blocks.0.txt_attn.norm.query_norm.scale', ['transformer_blocks.0.attn.norm_added_q']],
      ['double_blocks.0.txt_attn.norm.key_norm.scale', ['transformer_blocks.0.attn.norm_added_k']],
      ['double_blocks.0.img_attn.proj', ['transformer_blocks.0.attn.to_out.0']],
      ['double_blocks.0.txt_attn.proj', ['transformer_blocks.0.attn.to_add_out']],
      ['double_blocks.0.img_mlp.0', ['transformer_blocks.0.ff.net.0.proj']],
      ['double_blocks.0.img_mlp.2', ['transformer_blocks.0.ff.net.2']],
      ['double_blocks.0.txt_mlp.0', ['transformer_blocks.0.ff_context.net.0.proj']],
      ['double_blocks.0.txt_mlp.2', ['transformer_blocks.0.ff_context.net.2']],
      ...[0, 1].flatMap((i): Row[] => [
        [`single_blocks.${i}.modulation.lin`, [`single_transformer_blocks.${i}.norm.linear`]],
        [
          `single_blocks.${i}.linear1`,
          [...attention(`single_transformer_blocks.${i}.attn`), `single_transformer_blocks.${i}.proj_mlp`],
        ],
        [`single_blocks.${i}.linear2`, [`single_transformer_blocks.${i}.proj_out`]],
        [`single_blocks.${i}.norm.query_norm.scale`, [`single_transformer_blocks.${i}.attn.norm_q`]],
        [`single_blocks.${i}.norm.key_norm.scale`, [`single_transformer_blocks.${i}.attn.norm_k`]],
      ]),
    ]
    const weights = await published('flux-tiny/diffusers/transformer', rows)
    const run = await runOf('flux-tiny', 't2i_dev_rect_4')
    const graph = built(weights, 'FluxTransformer2DModel', await configOf('flux-tiny/diffusers/transformer'))
    const { out_hidden_states: out } = await runGraph(graph, await feedsOf(run, fluxInputs))
    expect(largestDifference(out?.data ?? [], (await readTensor(run, 'denoiser_out_0')).data)).toBeLessThan(
      tolerance,
    )
  })

  it('SD 3', async () => {
    const text = ['add_q_proj', 'add_k_proj', 'add_v_proj']
    const rows: Row[] = [
      ['x_embedder.proj', ['pos_embed.proj']],
      ['pos_embed', ['pos_embed.pos_embed']],
      ['context_embedder', ['context_embedder']],
      ['final_layer.linear', ['proj_out']],
      ...(
        [
          ['t_embedder', 'timestep_embedder'],
          ['y_embedder', 'text_embedder'],
        ] as const
      ).flatMap(([own, theirs]): Row[] => [
        [`${own}.mlp.0`, [`time_text_embed.${theirs}.linear_1`]],
        [`${own}.mlp.2`, [`time_text_embed.${theirs}.linear_2`]],
      ]),
      ['joint_blocks.0.x_block.attn2.qkv', attention('transformer_blocks.0.attn2')],
      ['joint_blocks.0.x_block.attn2.proj', ['transformer_blocks.0.attn2.to_out.0']],
      ['joint_blocks.0.x_block.attn2.ln_q', ['transformer_blocks.0.attn2.norm_q']],
      ['joint_blocks.0.x_block.attn2.ln_k', ['transformer_blocks.0.attn2.norm_k']],
      ['joint_blocks.0.context_block.attn.proj', ['transformer_blocks.0.attn.to_add_out']],
      ['joint_blocks.0.context_block.mlp.fc1', ['transformer_blocks.0.ff_context.net.0.proj']],
      ['joint_blocks.0.context_block.mlp.fc2', ['transformer_blocks.0.ff_context.net.2']],
      ['joint_blocks.0.context_block.adaLN_modulation.1', ['transformer_blocks.0.norm1_context.linear']],
      ...[0, 1].flatMap((i): Row[] => {
        const [from, to] = [`transformer_blocks.${i}`, `joint_blocks.${i}`]
        return [
          [`${to}.x_block.adaLN_modulation.1`, [`${from}.norm1.linear`]],
          [`${to}.x_block.attn.qkv`, attention(`${from}.attn`)],
          [`${to}.context_block.attn.qkv`, text.map((part) => `${from}.attn.${part}`)],
          [`${to}.x_block.attn.proj`, [`${from}.attn.to_out.0`]],
          [`${to}.x_block.attn.ln_q`, [`${from}.attn.norm_q`]],
          [`${to}.x_block.attn.ln_k`, [`${from}.attn.norm_k`]],
          [`${to}.context_block.attn.ln_q`, [`${from}.attn.norm_added_q`]],
          [`${to}.context_block.attn.ln_k`, [`${from}.attn.norm_added_k`]],
          [`${to}.x_block.mlp.fc1`, [`${from}.ff.net.0.proj`]],
          [`${to}.x_block.mlp.fc2`, [`${from}.ff.net.2`]],
        ]
      }),
    ]
    const weights = await published('sd3-tiny/diffusers/transformer', rows, {
      'transformer_blocks.1.norm1_context.linear': 'joint_blocks.1.context_block.adaLN_modulation.1',
    })
    const run = await runOf('sd3-tiny', 't2i_rect_4')
    const graph = built(weights, 'SD3Transformer2DModel', { num_attention_heads: 4 })
    const { out_hidden_states: out } = await runGraph(graph, await feedsOf(run, sd3Inputs))
    expect(largestDifference(out?.data ?? [], (await readTensor(run, 'denoiser_out_0')).data)).toBeLessThan(
      tolerance,
    )
  })

  it('Z-Image with fused attention', async () => {
    const blocks = ['noise_refiner.0', 'context_refiner.0', 'layers.0', 'layers.1']
    const kept = [
      'cap_embedder.0',
      'cap_embedder.1',
      'cap_pad_token',
      'x_pad_token',
      't_embedder.mlp.0',
      't_embedder.mlp.2',
    ]
    const rows: Row[] = [
      ...kept.map((name): Row => [name, [name]]),
      ['x_embedder', ['all_x_embedder.2-1']],
      ['final_layer.linear', ['all_final_layer.2-1.linear']],
      ['final_layer.adaLN_modulation.1', ['all_final_layer.2-1.adaLN_modulation.1']],
      ...blocks.flatMap((block): Row[] => [
        [`${block}.attention.qkv`, attention(`${block}.attention`)],
        [`${block}.attention.out`, [`${block}.attention.to_out.0`]],
        [`${block}.attention.q_norm`, [`${block}.attention.norm_q`]],
        [`${block}.attention.k_norm`, [`${block}.attention.norm_k`]],
        ...[
          'attention_norm1',
          'attention_norm2',
          'ffn_norm1',
          'ffn_norm2',
          'adaLN_modulation.0',
          'feed_forward.w1',
          'feed_forward.w2',
          'feed_forward.w3',
        ].map((part): Row => [`${block}.${part}`, [`${block}.${part}`]]),
      ]),
    ]
    const weights = await published('zimage-tiny/diffusers/transformer', rows)
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
