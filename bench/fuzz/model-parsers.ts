import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { openAdapter } from '../../inference/adapters/adapter-file.ts'
import { openEmbedding } from '../../inference/adapters/embedding-file.ts'
import { openCheckpoint } from '../../inference/checkpoints/checkpoint.ts'
import { ggufBytes } from '../../inference/checkpoints/gguf-fixture.ts'
import { readGgufHeader } from '../../inference/checkpoints/gguf.ts'
import { readOnnxHeader } from '../../inference/checkpoints/onnx-header.ts'
import { readOnnxWeights } from '../../inference/checkpoints/onnx-weights.ts'
import { probe } from '../../inference/checkpoints/probe.ts'
import { safetensorsBytes } from '../../inference/checkpoints/safetensors-fixture.ts'
import { readSafetensorsHeader, readShardedHeader } from '../../inference/checkpoints/safetensors.ts'
import { identityGraph } from '../../inference/identity-graph.ts'
import { readModelFolder } from '../../inference/model-folder.ts'
import { openTokenizer } from '../../inference/tokenizers/open-tokenizer.ts'
import { type OpenParser, type Parser, folderOf, json, onFile } from './parser.ts'

const starter = path.resolve(import.meta.dirname, '..', '..', 'models', 'starter')

const tensor = (name: string, shape: number[]) => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(4 * shape.reduce((product, side) => product * side, 1)),
})
const lora = safetensorsBytes(
  [
    tensor('lora_unet_mid.lora_up.weight', [4, 1]),
    tensor('lora_unet_mid.lora_down.weight', [1, 3]),
    tensor('lora_unet_mid.alpha', []),
  ],
  { 'modelspec.title': 'x', ss_tag_frequency: '{"a":{"b":1}}' },
)
const embedding = safetensorsBytes([tensor('emb_params', [2, 768])])
const safetensors = [safetensorsBytes([tensor('a.weight', [2, 3]), tensor('b', [1])]), lora, embedding]
const gguf = [
  ggufBytes('flux', [{ name: 'blk.0.weight', shape: [2, 32], type: 0, data: new Uint8Array(256) }]),
]
const onnx = [identityGraph('float32'), identityGraph('float16')]

/** The weights' names of Stable Diffusion with one value each: enough to be recognised and opened. */
const checkpoint = safetensorsBytes(
  [
    tensor('model.diffusion_model.input_blocks.0.0.weight', [4, 4, 3, 3]),
    tensor('model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight', [4, 768]),
    tensor('first_stage_model.decoder.conv_in.weight', [4, 4, 3, 3]),
    tensor('cond_stage_model.transformer.text_model.embeddings.token_embedding.weight', [8, 768]),
  ],
  {},
)

async function modelFolder(read: (folder: string) => Promise<unknown>): Promise<Parser> {
  const config = { _class_name: 'UNet2DConditionModel', in_channels: 4, block_out_channels: [32, 64] }
  const files = {
    'model_index.json': json({
      _class_name: 'StableDiffusionPipeline',
      unet: ['diffusers', 'UNet2DConditionModel'],
      vae_decoder: ['diffusers', 'OnnxRuntimeModel'],
      scheduler: ['diffusers', 'PNDMScheduler'],
    }),
    'scheduler/scheduler_config.json': json({ _class_name: 'PNDMScheduler', beta_start: 0.00085 }),
    'unet/config.json': json(config),
    'unet/model.onnx': onnx[0] ?? new Uint8Array(),
    'vae_decoder/config.json': json({ scaling_factor: 0.18, block_out_channels: [1, 2] }),
    'vae_decoder/model.onnx': onnx[0] ?? new Uint8Array(),
    'manifest.json': json({ id: 'x', name: 'X', kind: 'pipeline' }),
  }
  return folderOf(files, Object.keys(files), read)
}

/** A folder of .safetensors, with shards: every configuration of it is somebody else's JSON. */
function checkpointFolder(): Promise<Parser> {
  const index = { metadata: { total_size: 28 }, weight_map: { 'a.weight': 'model-1.safetensors' } }
  const files = {
    'model_index.json': json({ _class_name: 'StableDiffusionPipeline', unet: ['diffusers', 'x'] }),
    'scheduler/scheduler_config.json': json({ _class_name: 'DDIMScheduler', beta_schedule: 'linear' }),
    'unet/config.json': json({ _class_name: 'UNet2DConditionModel', block_out_channels: [32, 64] }),
    'unet/diffusion_pytorch_model.safetensors.index.json': json(index),
    'unet/model-1.safetensors': safetensors[0] ?? new Uint8Array(),
    'vae/config.json': json({ _class_name: 'AutoencoderKL', latent_channels: 4 }),
    'vae/diffusion_pytorch_model.safetensors': safetensors[0] ?? new Uint8Array(),
    'text_encoder/config.json': json({ architectures: ['CLIPTextModel'], hidden_size: 768 }),
    'text_encoder/model.safetensors': safetensors[0] ?? new Uint8Array(),
  }
  return folderOf(files, Object.keys(files), openCheckpoint)
}

function shards(): Promise<Parser> {
  const name = 'model.safetensors.index.json'
  const files = {
    [name]: json({ weight_map: { 'a.weight': 'one.safetensors', b: 'one.safetensors' } }),
    'one.safetensors': safetensors[0] ?? new Uint8Array(),
  }
  return folderOf(files, Object.keys(files), (folder) => readShardedHeader(path.join(folder, name)))
}

async function tokenizer(): Promise<Parser> {
  const folder = path.join(starter, 'tokenizer')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
  )
  return folderOf(Object.fromEntries(files), names, async (opened) => {
    const { encode } = (await openTokenizer(opened)) as { encode?: (text: string) => unknown }
    return encode?.('a red boat, (x:1.2) \u{1F6A4}')
  })
}

export const modelParsers: Record<string, OpenParser> = {
  'ONNX header': () => onFile(onnx, 'model.onnx', readOnnxHeader),
  'ONNX weights': () => onFile(onnx, 'model.onnx', readOnnxWeights),
  'safetensors header': () => onFile(safetensors, 'a.safetensors', readSafetensorsHeader),
  'safetensors shards': shards,
  'GGUF header': () => onFile(gguf, 'a.gguf', readGgufHeader),
  'checkpoint file': () => onFile([checkpoint, ...safetensors], 'a.safetensors', openCheckpoint),
  'checkpoint folder': checkpointFolder,
  'adapter file': () => onFile([lora], 'a.safetensors', openAdapter),
  'embedding file': () => onFile([embedding, lora], 'a.safetensors', openEmbedding),
  'probe of a file': () => onFile([...onnx, ...safetensors, ...gguf, checkpoint], 'model', probe),
  'model folder': () => modelFolder(readModelFolder),
  'probe of a folder': () => modelFolder(probe),
  tokenizer,
}
