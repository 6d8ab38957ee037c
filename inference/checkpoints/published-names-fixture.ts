import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { readSafetensorsHeader, readTensor } from './safetensors.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'

const pipelines = fileURLToPath(new URL('../../reference/data/pipelines/', import.meta.url))

type Row = [published: string, diffusers: string[]]

const attention = (start: string, name = 'to_'): string[] =>
  ['q', 'k', 'v'].map((part) => `${start}.${name}${part}`)

function fluxRows(): Row[] {
  return [
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
}

function sd3Rows(): Row[] {
  const text = ['add_q_proj', 'add_k_proj', 'add_v_proj']
  return [
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
}

function zImageRows(): Row[] {
  const blocks = ['noise_refiner.0', 'context_refiner.0', 'layers.0', 'layers.1']
  const kept = [
    'cap_embedder.0',
    'cap_embedder.1',
    'cap_pad_token',
    'x_pad_token',
    't_embedder.mlp.0',
    't_embedder.mlp.2',
  ]
  return [
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
}

export type PublishedPipeline = 'flux-tiny' | 'sd3-tiny' | 'zimage-tiny'

/** Names of each, and norms before an output layer, which published files have with shift before scale. */
const tables: Record<PublishedPipeline, { rows: () => Row[]; outputs: Record<string, string> }> = {
  'flux-tiny': { rows: fluxRows, outputs: {} },
  'sd3-tiny': {
    rows: sd3Rows,
    outputs: {
      'transformer_blocks.1.norm1_context.linear': 'joint_blocks.1.context_block.adaLN_modulation.1',
    },
  },
  'zimage-tiny': { rows: zImageRows, outputs: {} },
}

function swapped({ shape, data }: { shape: number[]; data: Float32Array }): Omit<TensorSpec, 'name'> {
  const half = data.length / 2
  const turned = Float32Array.from(data, (_, i) => data[(i + half) % data.length] as number)
  return { dtype: 'F32', shape, data: new Uint8Array(turned.buffer) }
}

/** Writes a transformer again under published names, layers stacked by rows as published files have them. */
export async function writePublished(pipeline: PublishedPipeline, path: string): Promise<void> {
  const { rows, outputs } = tables[pipeline]
  const file = await readSafetensorsHeader(
    join(pipelines, pipeline, 'diffusers/transformer/diffusion_pytorch_model.safetensors'),
  )
  const specs: TensorSpec[] = []
  const taken = new Set<string>()
  const outer: Record<string, string> = { 'norm_out.linear': 'final_layer.adaLN_modulation.1', ...outputs }
  for (const [name, parts] of rows()) {
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
  const left = [...file.tensors.keys()].filter(
    (name) => !taken.has(name) && !Object.keys(outer).some((start) => name.startsWith(start)),
  )
  if (left.length > 0) throw new Error(`no published name for ${left.join(', ')}`)
  // Shift before scale.
  for (const [theirs, own] of Object.entries(outer)) {
    for (const ending of ['weight', 'bias']) {
      if (!file.tensors.has(`${theirs}.${ending}`)) continue
      specs.push({ name: `${own}.${ending}`, ...swapped(await readTensor(file, `${theirs}.${ending}`)) })
    }
  }
  await writeFile(path, safetensorsBytes(specs))
}
