import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { writeRandomWeights, type PlannedTensor } from './random-weights.ts'

/*
 * node bench/z-image-folder.ts FOLDER [layers] [text-layers]
 * A diffusers folder of Z-Image-Turbo's size (6.15 and 4.0 thousand million weights, 20 GB) with random weights: what
 * it paints is noise, what it costs is what the real one costs. Fewer layers make a smaller one.
 */
const [folder, layers = '30', textLayers = '36'] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: node bench/z-image-folder.ts FOLDER [layers] [text-layers]')
  process.exit(2)
}

const matrix = (name: string, ...shape: number[]): PlannedTensor => ({
  name: `${name}.weight`,
  shape,
  fill: 'matrix',
})
const ones = (name: string, size: number): PlannedTensor => ({
  name: `${name}.weight`,
  shape: [size],
  fill: 'ones',
})
const bias = (name: string, size: number): PlannedTensor => ({
  name: `${name}.bias`,
  shape: [size],
  fill: 'small',
})
const dense = (name: string, outputs: number, inputs: number): PlannedTensor[] => [
  matrix(name, outputs, inputs),
  bias(name, outputs),
]

/** Z-Image Team 2025: 3840 wide, heads of 128, SwiGLU of 10240, modulation from 256. */
function transformer(count: number): PlannedTensor[] {
  const [width, head, hidden, clock, text] = [3840, 128, 10_240, 256, 2560]
  const block = (name: string, modulated: boolean): PlannedTensor[] => [
    ...['to_q', 'to_k', 'to_v', 'to_out.0'].map((part) => matrix(`${name}.attention.${part}`, width, width)),
    ones(`${name}.attention.norm_q`, head),
    ones(`${name}.attention.norm_k`, head),
    ...['attention_norm1', 'attention_norm2', 'ffn_norm1', 'ffn_norm2'].map((part) =>
      ones(`${name}.${part}`, width),
    ),
    matrix(`${name}.feed_forward.w1`, hidden, width),
    matrix(`${name}.feed_forward.w2`, width, hidden),
    matrix(`${name}.feed_forward.w3`, hidden, width),
    ...(modulated ? dense(`${name}.adaLN_modulation.0`, 4 * width, clock) : []),
  ]
  const numbered = (name: string, times: number, modulated: boolean): PlannedTensor[] =>
    Array.from({ length: times }, (_, i) => block(`${name}.${i}`, modulated)).flat()
  return [
    ...dense('all_x_embedder.2-1', width, 64),
    ...dense('all_final_layer.2-1.linear', 64, width),
    ...dense('all_final_layer.2-1.adaLN_modulation.1', width, clock),
    ...dense('t_embedder.mlp.0', 1024, 256),
    ...dense('t_embedder.mlp.2', clock, 1024),
    ones('cap_embedder.0', text),
    ...dense('cap_embedder.1', width, text),
    { name: 'cap_pad_token', shape: [1, width], fill: 'small' },
    { name: 'x_pad_token', shape: [1, width], fill: 'small' },
    ...numbered('noise_refiner', 2, true),
    ...numbered('context_refiner', 2, false),
    ...numbered('layers', count, true),
  ]
}

/** Qwen3-4B */
function textEncoder(count: number): PlannedTensor[] {
  const [width, hidden, head] = [2560, 9728, 128]
  const layer = (name: string): PlannedTensor[] => [
    ones(`${name}.input_layernorm`, width),
    ones(`${name}.post_attention_layernorm`, width),
    matrix(`${name}.self_attn.q_proj`, 32 * head, width),
    matrix(`${name}.self_attn.k_proj`, 8 * head, width),
    matrix(`${name}.self_attn.v_proj`, 8 * head, width),
    matrix(`${name}.self_attn.o_proj`, width, 32 * head),
    ones(`${name}.self_attn.q_norm`, head),
    ones(`${name}.self_attn.k_norm`, head),
    matrix(`${name}.mlp.gate_proj`, hidden, width),
    matrix(`${name}.mlp.up_proj`, hidden, width),
    matrix(`${name}.mlp.down_proj`, width, hidden),
  ]
  return [
    { name: 'model.embed_tokens.weight', shape: [151_936, width], fill: 'table' },
    ...Array.from({ length: count }, (_, i) => layer(`model.layers.${i}`)).flat(),
    ones('model.norm', width),
  ]
}

/** FLUX.1's autoencoder: 16 channels, factor 8, diffusers' names. */
function autoencoder(): PlannedTensor[] {
  const widths = [128, 256, 512, 512]
  const conv = (name: string, outputs: number, inputs: number, size = 3): PlannedTensor[] => [
    matrix(name, outputs, inputs, size, size),
    bias(name, outputs),
  ]
  const norm = (name: string, size: number): PlannedTensor[] => [ones(name, size), bias(name, size)]
  const resnet = (name: string, inputs: number, outputs: number): PlannedTensor[] => [
    ...norm(`${name}.norm1`, inputs),
    ...conv(`${name}.conv1`, outputs, inputs),
    ...norm(`${name}.norm2`, outputs),
    ...conv(`${name}.conv2`, outputs, outputs),
    ...(inputs === outputs ? [] : conv(`${name}.conv_shortcut`, outputs, inputs, 1)),
  ]
  const middle = (name: string): PlannedTensor[] => [
    ...resnet(`${name}.resnets.0`, 512, 512),
    ...resnet(`${name}.resnets.1`, 512, 512),
    ...norm(`${name}.attentions.0.group_norm`, 512),
    ...['to_q', 'to_k', 'to_v', 'to_out.0'].flatMap((part) =>
      dense(`${name}.attentions.0.${part}`, 512, 512),
    ),
  ]
  const down = widths.flatMap((width, i) => {
    const name = `encoder.down_blocks.${i}`
    return [
      ...resnet(`${name}.resnets.0`, widths[Math.max(0, i - 1)] ?? width, width),
      ...resnet(`${name}.resnets.1`, width, width),
      ...(i < 3 ? conv(`${name}.downsamplers.0.conv`, width, width) : []),
    ]
  })
  const up = widths.toReversed().flatMap((width, i) => {
    const name = `decoder.up_blocks.${i}`
    const before = widths.toReversed()[Math.max(0, i - 1)] ?? width
    return [
      ...[0, 1, 2].flatMap((k) => resnet(`${name}.resnets.${k}`, k === 0 ? before : width, width)),
      ...(i < 3 ? conv(`${name}.upsamplers.0.conv`, width, width) : []),
    ]
  })
  return [
    ...conv('encoder.conv_in', 128, 3),
    ...down,
    ...middle('encoder.mid_block'),
    ...norm('encoder.conv_norm_out', 512),
    ...conv('encoder.conv_out', 32, 512),
    ...conv('decoder.conv_in', 512, 16),
    ...middle('decoder.mid_block'),
    ...up,
    ...norm('decoder.conv_norm_out', 128),
    ...conv('decoder.conv_out', 3, 128),
  ]
}

async function writeJson(name: string, value: unknown): Promise<void> {
  const path = join(folder as string, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
}

const started = performance.now()
await writeJson('model_index.json', {
  _class_name: 'ZImagePipeline',
  scheduler: ['diffusers', 'FlowMatchEulerDiscreteScheduler'],
  text_encoder: ['transformers', 'Qwen3Model'],
  tokenizer: ['transformers', 'Qwen2Tokenizer'],
  transformer: ['diffusers', 'ZImageTransformer2DModel'],
  vae: ['diffusers', 'AutoencoderKL'],
})
await writeJson('scheduler/scheduler_config.json', {
  _class_name: 'FlowMatchEulerDiscreteScheduler',
  num_train_timesteps: 1000,
  shift: 3,
  use_dynamic_shifting: false,
})
await writeJson('transformer/config.json', {
  _class_name: 'ZImageTransformer2DModel',
  axes_dims: [32, 48, 48],
  axes_lens: [1536, 512, 512],
  cap_feat_dim: 2560,
  dim: 3840,
  in_channels: 16,
  n_heads: 30,
  n_kv_heads: 30,
  n_layers: Number(layers),
  n_refiner_layers: 2,
  norm_eps: 1e-5,
  rope_theta: 256,
  t_scale: 1000,
})
await writeJson('text_encoder/config.json', {
  architectures: ['Qwen3ForCausalLM'],
  head_dim: 128,
  hidden_size: 2560,
  num_attention_heads: 32,
  num_hidden_layers: Number(textLayers),
  num_key_value_heads: 8,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
})
await writeJson('vae/config.json', {
  _class_name: 'AutoencoderKL',
  block_out_channels: [128, 256, 512, 512],
  latent_channels: 16,
  norm_num_groups: 32,
  scaling_factor: 0.3611,
  shift_factor: 0.1159,
})
const tokenizer = fileURLToPath(
  new URL('../reference/data/pipelines/zimage-tiny/onnx/tokenizer', import.meta.url),
)
await cp(tokenizer, join(folder, 'tokenizer'), { recursive: true })
const parts: [string, string, PlannedTensor[]][] = [
  ['vae', 'diffusion_pytorch_model', autoencoder()],
  ['text_encoder', 'model', textEncoder(Number(textLayers))],
  ['transformer', 'diffusion_pytorch_model', transformer(Number(layers))],
]
for (const [part, base, tensors] of parts) {
  const bytes = await writeRandomWeights(join(folder, part), base, tensors)
  console.log(`${part}: ${(bytes / 2e9).toFixed(2)}e9 weights, ${(bytes / 1e9).toFixed(1)} GB`)
}
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`)
